"""A closed form as text of the language, or as Python: folded, gathered, with names for what is shared."""
