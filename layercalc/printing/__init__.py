"""Formulas as trees of the language's own expressions, and the printers that write them.

From: numbers and sympy's expressions and conditions. To: nodes of `syntax.tree` (`formula` puts
them together, `decimals` and `expression_tree` say what is put together), and
from these to text of the language or of Python (`text`), to LaTeX and MathML (`typeset`).
Promises: folding, gathering and ordering are over when there is a tree; a printer only writes.

The nodes are those that the parser makes, though what is calculated stands at no place of a
text, because what a spec or a page says is printed as well as what is calculated: one set of
printers, one table of precedence, in `formula`, and a test that reads each text back.
"""
