"""`python -m tests.wider import|measure ACCURACY CACHE`, see the package."""

from __future__ import annotations

import sys
from pathlib import Path

from layercalc.paper.zoo import wider
from tests.wider import importing, measuring

command, accuracy, cache = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if command == "import":
    importing.run(accuracy, cache, again="--again" in sys.argv)
else:
    wider.path().write_text(measuring.write(accuracy, cache), "utf-8")
