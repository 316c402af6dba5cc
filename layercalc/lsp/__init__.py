"""The language server: what an editor asks of a spec that is being written.

From: the texts of open documents. To: the diagnostics of `layercalc check`, hovers,
definitions, symbols, completions and the canonical layout, over stdio. Promises: any
text is answered, never with a crash; what an editor has open goes before what is on the
disk; nothing is written and no network is used. All reading is done by one thread, so
that a long one keeps no key waiting; the limits of the language end it.
"""
