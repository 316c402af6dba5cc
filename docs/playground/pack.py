"""Packs Python for the page: this runs in Pyodide, under Node, when the page is built.

From: folders of modules, and the standard library of Pyodide. To: archives of bytecode, of what a
rehearsal of the page imports, and of the rest, which the page asks for only if it is needed.
Promises: what is packed runs in the same Python that made it.
"""

import importlib._bootstrap_external as bootstrap
import io
import json
import os
import sys
import zipfile

#: What is no part of a package when it runs.
SKIPPED = {"__pycache__", "tests", "benchmarks", "testing"}
#: Rooms that only a command line or a notebook reaches.
UNUSED = {"layercalc/cli", "layercalc/notebook", "layercalc/imports", "layercalc/lifting"}
FIXED = 0, b"\0" * 8


def bytecode(text, name):
    """Compile a module without its docstrings, to bytecode that is not checked against a file."""
    code = compile(text, name, "exec", dont_inherit=True, optimize=2)
    return bytes(bootstrap._code_to_hash_pyc(code, FIXED[1], checked=False))


def files(folder):
    """List the files of a folder by their paths in it, sorted."""
    for place, folders, names in os.walk(folder):
        inside = os.path.relpath(place, folder)
        folders[:] = sorted(
            n for n in folders if n not in SKIPPED and os.path.normpath(f"{inside}/{n}") not in UNUSED
        )
        for name in sorted(names):
            yield os.path.normpath(os.path.join(inside, name))


def module_name(path):
    """Name the module of a file: `a/b/__init__.py` is `a.b`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def compiled(folder):
    """Read the files of a folder, modules as bytecode: each with its module, or None."""
    for path in files(folder):
        with open(os.path.join(folder, path), "rb") as file:
            data = file.read()
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
    """Make a bundle that a page unpacks by itself: the sizes of its files as a line of JSON, then their bytes."""
    entries = [*entries]
    head = json.dumps({path: len(data) for path, data in entries}).encode()
    return head + b"\n" + b"".join(data for _, data in entries)


def write(name, data):
    """Write a file of the page."""
    with open(f"/out/{name}", "wb") as file:
        file.write(data)


def pack():
    """Rehearse, then write what was imported and what was not."""
    sys.path[:0] = ["/stage/own", "/stage/libraries"]
    sys.dont_write_bytecode = True

    from layercalc.playground.rehearsal import rehearse

    for told in rehearse():
        raise RuntimeError(told)
    used = {*sys.modules}
    standard = next(path for path in sys.path if path.endswith(".zip"))
    with zipfile.ZipFile(standard) as held:
        held.extractall("/standard")
    own = [*compiled("/stage/own")]
    rest = [entry for entry in own if entry[1] is not None and entry[1] not in used]
    own = [(path, data) for path, module, data in own if module is None or module in used]
    for name, folder in {"standard": "/standard", "libraries": "/stage/libraries"}.items():
        found = [*compiled(folder)]
        write(
            f"{name}.zip",
            archive((path, data) for path, module, data in found if module is None or module in used),
        )
        rest += [
            (path, module, data) for path, module, data in found if module is not None and module not in used
        ]
    write("rest.zip", archive((path, data) for path, _, data in rest))
    names = json.dumps([module for _, module, _ in rest]).encode()
    with open("/source/page_start.py", "rb") as file:
        start = bytecode(file.read(), "page_start.py")
    write("own.bundle", bundle([*own, ("rest.json", names), ("page_start.pyc", start)]))
