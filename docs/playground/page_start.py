"""The start of Python on the page: the way to what was not packed, and the door to the answers."""

import json
import sys
import zipimport
import zlib
from pathlib import Path

REST = "/rest.zip"
#: What tells zlib that there is a head of gzip.
GZIP = 31


class Rest:
    """Finds the modules that a rehearsal of the page did not need; the first of them loads them all."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        """Find a module in the rest."""
        if name not in self.names:
            return None
        if not Path(REST).exists():
            import page_rest

            Path(REST).write_bytes(zlib.decompress(page_rest.load().to_bytes(), GZIP))
        parent = name.rpartition(".")[0].replace(".", "/")
        return zipimport.zipimporter(f"{REST}/{parent}" if parent else REST).find_spec(name)


sys.meta_path.append(Rest(json.loads(Path("/own/rest.json").read_text())))

from layercalc.playground import answer as _answer  # noqa: E402


def answer(name, request):
    """Answer a request of JSON as JSON."""
    return json.dumps(_answer(name, json.loads(request)))
