"""The language's expressions, read exactly.

From: nodes of `tree` and what their names stand for. To: Python integers and
fractions, or sympy expressions where symbols or irrational numbers come in;
lists are tuples. Promises: no text is ever evaluated by Python or sympy, no
number outgrows the published limits, sympy is imported only when a symbol or an
irrational number asks for it, and every mistake carries its span.
"""
