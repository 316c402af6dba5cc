"""Packs Python for the page: this runs in Pyodide, under Node, when the page is built.

From: folders of modules, and the standard library of Pyodide. To: archives of bytecode, of what a
rehearsal of the page imports, and of the rest, which the page asks for only if it is needed.
Promises: what is packed runs in the same Python that made it.
"""

import importlib._bootstrap_external as bootstrap
import io
import json
import sys
import zipfile
from pathlib import Path

#: What is no part of a package when it runs.
SKIPPED = {"__pycache__", "tests", "benchmarks", "testing"}
#: Rooms that only a command line or a notebook reaches.
UNUSED = {"layercalc/cli", "layercalc/notebook", "layercalc/imports", "layercalc/lifting"}
#: The state of a source that bytecode is made of; nothing compares it.
STATE = b"\0" * 8


def bytecode(text, name):
    """Compile a module without its docstrings, to bytecode that is not checked against a file."""
    code = compile(text, name, "exec", dont_inherit=True, optimize=2)
    return bytes(bootstrap._code_to_hash_pyc(code, STATE, checked=False))


def files(folder):
    """List the files of a folder by their paths in it, sorted."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        skipped = SKIPPED & {*inside.parts} or any(map(inside.is_relative_to, UNUSED))
        if path.is_file() and not skipped:
            yield inside.as_posix()


def module_name(path):
    """Name the module of a file: `a/b/__init__.py` is `a.b`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def compiled(folder):
    """Read the files of a folder, modules as bytecode: each with its module, or None."""
    for path in files(folder):
        data = (folder / path).read_bytes()
        if path.endswith(".py"):
            yield path + "c", module_name(path), bytecode(data, path)
        else:
            yield path, None, data


def archive(entries):
    """Make an archive whose entries are stored: it is compressed as a whole."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as written:
        for path, data in entries:
            written.writestr(zipfile.ZipInfo(path), data)
    return made.getvalue()


def bundle(entries):
    """Make a bundle, which a page unpacks: the sizes of its files as a line of JSON, then their bytes."""
    entries = [*entries]
    head = json.dumps({path: len(data) for path, data in entries}).encode()
    return head + b"\n" + b"".join(data for _, data in entries)


def parted(folder, used):
    """Part the files of a folder into those that are needed, and the modules that were not imported."""
    needed, rest = [], []
    for path, module, data in compiled(folder):
        if module is None or module in used:
            needed.append((path, data))
        else:
            rest.append((path, module, data))
    return needed, rest


def pack():
    """Rehearse, then write what was imported and what was not."""
    stage, out = Path("/stage"), Path("/out")
    sys.path[:0] = [str(stage / "own"), str(stage / "libraries")]
    sys.dont_write_bytecode = True

    from layercalc.playground.rehearsal import rehearse

    for told in rehearse():
        raise RuntimeError(told)
    used = {*sys.modules}
    with zipfile.ZipFile(next(path for path in sys.path if path.endswith(".zip"))) as held:
        held.extractall("/standard")
    own, rest = parted(stage / "own", used)
    for name, folder in {"standard": Path("/standard"), "libraries": stage / "libraries"}.items():
        needed, left = parted(folder, used)
        (out / f"{name}.zip").write_bytes(archive(needed))
        rest += left
    (out / "rest.zip").write_bytes(archive((path, data) for path, _, data in rest))
    names = json.dumps([module for _, module, _ in rest]).encode()
    start = bytecode(Path("/source/page_start.py").read_bytes(), "page_start.py")
    whole = bundle([*own, ("rest.json", names), ("page_start.pyc", start)])
    (out / "own.bundle").write_bytes(whole)
