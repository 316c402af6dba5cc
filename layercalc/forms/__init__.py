"""Closed forms kept factored, so that no depth makes them overflow: products, sums, maxima, series.

Start with `product.Product`; `join` is where terms meet.
"""
