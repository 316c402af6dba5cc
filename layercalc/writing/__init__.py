"""A closed form becomes a tree of the language's own expressions.

From: products, sums and maxima of `forms`. To: `written.Written`, a tree and what the names in it
stand for, exactly or with constants folded (`forms`); and to Python (`python_code`), which needs
logarithms. Promises: what is folded, gathered and named is so in every printed form alike, as it is
done here, once.

The modules here are loaded when something is first written: `check` writes nothing.
"""

from typing import TYPE_CHECKING

from layercalc.lazy import Lazy

if not TYPE_CHECKING:
    exponentials = Lazy("layercalc.writing.exponentials")
    forms = Lazy("layercalc.writing.forms")
    written = Lazy("layercalc.writing.written")
