"""Explains a value: laws with numbers put in, the branches of merges, paths and their lengths.

From: a network, and a line of its spec. To: what stands there, with the values that went
into it; the path that carries GCIP; the number of paths of each length. It measures
nothing itself: all values come from readings of the network.
"""
