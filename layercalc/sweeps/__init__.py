"""Sweeps: measures over grids of params, millions of points a second.

`run.chunks` measures a `request.Request` chunk by chunk, `job.run` writes it to a file, and
`arrays.sweep` is `layercalc.sweep`.

>>> import layercalc
>>> layercalc.sweep("mlp", {"depth": [2, 3], "width": "16..64*4"}, ["params"])["params"]
array([13002, 55050, 13274, 59210])
"""
