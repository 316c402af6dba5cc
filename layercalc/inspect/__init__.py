"""Looks inside networks: tables of layers, profiles, explanations, and comparisons of families."""
