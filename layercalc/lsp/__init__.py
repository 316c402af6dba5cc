"""The language server: what an editor asks of a spec that is being written.

From: the texts of open documents. To: the diagnostics of `layercalc check`, hovers,
definitions, symbols, completions and the canonical layout, over stdio. Promises: any
text is answered, never with a crash; what an editor has open goes before what is on the
disk; no file of an author is written and no network is used. Each document is read in a
thread of its own: while it is read, what is typed is taken and completed, others are
answered, and the limits of the language end it.
"""
