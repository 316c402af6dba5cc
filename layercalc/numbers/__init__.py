"""Exact numbers, polynomials and the special functions of sums and products over rounds."""
