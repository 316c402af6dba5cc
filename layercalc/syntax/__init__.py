"""Text to tree and back: the parser, the tree, and the formatter.

`tree` is what both sides speak of; `parse` reads it, `unparse` writes it, `library` finds files.
"""
