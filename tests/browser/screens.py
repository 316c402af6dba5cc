"""Take the screens of the playground that the docs show: ``python -m tests.browser.screens [FOLDER]``."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from layercalc.playground.building import HOST, build, served
from tests.browser.chromium import CHROMIUM
from tests.browser.driver import NODE, installed
from tests.checkout import ROOT


def take(folder: Path) -> None:
    """Build the page, and take its screens into a folder."""
    with TemporaryDirectory() as place:
        page, driver = Path(place, "page"), Path(place, "driver")
        build(page)
        if wrong := installed(driver):
            sys.exit(wrong)
        with served(page, 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            command = [str(NODE), "screens.mjs", f"http://{HOST}:{server.server_port}/", str(CHROMIUM)]
            subprocess.run([*command, str(folder.resolve())], cwd=driver, check=True)
            server.shutdown()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
