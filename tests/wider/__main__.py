"""`python -m tests.wider import|measure ACCURACY CACHE`, or `page`, see the package."""

from __future__ import annotations

import sys
from pathlib import Path

from layercalc.paper.zoo import wider
from tests.wider import importing, measuring

command, *arguments = sys.argv[1:]
if command == "import":
    importing.run(Path(arguments[0]), Path(arguments[1]), again="--again" in arguments)
elif command == "measure":
    text = measuring.write(Path(arguments[0]), Path(arguments[1]), add="--add" in arguments)
    wider.path().write_text(text, "utf-8")
else:
    from tests.wider import page  # which needs pytest; an import needs none

    page.update()
