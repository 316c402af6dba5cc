"""The page on which specs are written in a browser: what it asks, and what it is answered.

From: requests as JSON, each with the text of a spec, a law set and values of params. To: answers
as JSON: mistakes, formulas, diagrams, curves, tables. Promises: the answers are those of the commands
and of the language server; a text is only read, never run; a mistake is an answer. Nothing here
needs a browser, nor the protocol of editors. `building` writes the page, for `layercalc playground`.

>>> from layercalc.playground import answer
>>> answer("read", {"text": "input(3) -> dense(2)"})["mistakes"]
[]
"""

from layercalc.playground.answers import answer

__all__ = ["answer"]
