"""Factored closed forms, which no depth makes overflow: products, sums, maxima, series.

Start with `product.Product`; `join` is where terms meet.
"""
