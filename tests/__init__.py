"""The tests of layercalc: of the code, of its language, and of the house itself."""
