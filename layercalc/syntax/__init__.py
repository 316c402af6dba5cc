"""Text to tree and back: what an author wrote, and how it is laid out.

`tree` is what both sides speak of; `parse` reads it, `unparse` writes it, `library` finds files.
"""
