"""A real headless browser that opens pages in frames of given widths, and tells what it found in each.

From: a folder with pages. To: a `Seen` for each page and width. It needs Debian's chromium and nothing
else: a page of the test's own, served on the loopback, opens the others side by side, and its script
looks into them; `--dump-dom` hands over what it wrote.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

CHROMIUM = which("chromium") or which("chromium-browser")
WITHOUT = "no chromium is installed: apt-get install chromium"
#: Without these the browser itself asks for hosts of its maker.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip
#: The test's own page: frames for all pages, and what is looked up in each when all are there.
LOOK = """<!doctype html><meta charset="utf-8"><body><script>
const seen = [];
function wider(top, document) {
  const root = document.documentElement, width = document.defaultView.innerWidth;
  if (root.nodeName === "svg") return root.getBoundingClientRect().width - width;
  return root.scrollWidth - root.clientWidth;
}
function look(frame, name, width) {
  const document = frame.contentDocument, all = [...document.querySelectorAll("*")];
  seen.push({
    name, width,
    over: wider(frame, document),
    scripts: all.filter(e => e.localName === "script" || [...e.attributes].some(
      a => a.name.startsWith("on") || /^\\s*javascript:/i.test(a.value))).map(e => e.outerHTML.slice(0, 80)),
    ran: frame.contentWindow.ran === true || document.title === "ran",
    asked: frame.contentWindow.performance.getEntriesByType("resource").map(e => e.name),
    text: document.documentElement.textContent.length,
  });
}
const wanted = WANTED;
Promise.all(wanted.map(([name, width]) => new Promise(done => {
  const frame = document.createElement("iframe");
  frame.width = width; frame.height = 800; frame.style.border = 0;
  frame.onload = () => { look(frame, name, width); frame.remove(); done(); };
  frame.src = name;
  document.body.append(frame);
}))).then(() => {
  const told = document.createElement("pre");
  told.id = "seen"; told.textContent = JSON.stringify(seen);
  document.body.append(told);
});
</script></body>"""


class Seen(NamedTuple):
    """What a page was in a frame: pixels that it is too wide, its scripts, what it asked for."""

    name: str
    width: int
    over: float
    scripts: list[str]
    ran: bool
    asked: list[str]
    text: int


def opened(folder: Path, names: Sequence[str], widths: Sequence[int]) -> list[Seen]:
    """Open pages of a folder at several widths."""
    wanted = json.dumps([[name, width] for name in names for width in widths])
    (folder / "look.html").write_text(LOOK.replace("WANTED", wanted), "utf-8")
    with _served(folder) as address, TemporaryDirectory() as profile:
        command = [
            str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", "--window-size=1300,1000",
            "--timeout=20000", "--dump-dom", f"{address}/look.html",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search('<pre id="seen">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    return [Seen(**one) for one in json.loads(unescape(found[1]))]


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
