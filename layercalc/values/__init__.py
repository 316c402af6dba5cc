"""Values: exact scalars, closed forms that cannot overflow, and their text.

The rooms above take `Product` from `values.product`, `add` and `maximum` from
`values.join`, `log2` from `values.log2` and the two writers from `values.text`.
"""
