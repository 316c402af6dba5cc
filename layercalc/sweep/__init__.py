"""Sweeps: measures over grids of params, millions of points a second.

Start with `run.chunks`, which measures a `request.Request` chunk by chunk.
"""
