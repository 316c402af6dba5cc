"""Why a value is what it is: laws with numbers put in, merges, paths and their lengths.

From: a network, and a line of its spec. To: what stands there, with the values that went
into it; the path that carries GCIP; the number of paths of each length. It measures
nothing of its own: all values come from readings of the network.
"""
