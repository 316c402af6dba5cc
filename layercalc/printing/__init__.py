"""Numbers and expressions as text of the language, and that text as LaTeX and MathML."""
