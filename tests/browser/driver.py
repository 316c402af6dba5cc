"""What drives the browser on the playground: Playwright from npm, as its lock file names it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
NPM, NODE = shutil.which("npm"), shutil.which("node")


def installed(folder: Path) -> str:
    """Install it outside the checkout, with the scripts that it runs; tell why it cannot be had."""
    folder.mkdir()
    for path in (*HERE.glob("*.json"), *HERE.glob("*.mjs")):
        shutil.copy(path, folder)
    command = [str(NPM), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stderr.strip()[-300:] if done.returncode else ""
