"""The language server, which answers an editor about a spec that is being written.

From: the texts of open documents. To: the diagnostics of `layercalc check`, hovers,
definitions, symbols, completions and the canonical layout, over stdio. Promises: no text
makes it crash; open documents take precedence over files on the disk; it writes no file of
an author and uses no network. Each document is read in its own thread: meanwhile typing is
accepted and completed, other documents are answered, and the limits of the language end
a reading that takes too long.
"""
