"""Read the code blocks of a Markdown page, and hold its console sessions to their word.

From: the text of a page. To: its fenced blocks, the steps of its sessions, and the
differences between what a session shows and what the machine answers. A block
tagged ``console`` is a session: each ``$ command`` is run by the shell, with this
environment's programs first on the path, and the lines below it are what it prints
(``...`` stands for anything). A command ends with status 0, or with status 2 where
the page shows a diagnostic. Only the standard library is used: ``.ci/run`` calls
``python3 -m tests.readme "Test it"`` before anything is installed.
``python -m tests.readme --update [PAGE ...]`` writes what the commands print today into the
sessions of these pages, else of the README and all of ``docs``; look at the difference.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(?P<title>.*?) *$", re.MULTILINE)
ENVIRONMENT = {"COLUMNS": "100", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PYTHONUTF8": "1"}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its tag, its text, the heading it stands under, its first line."""

    language: str
    text: str
    section: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a session, the output the page shows for it, and its line."""

    command: str
    output: str
    line: int


def blocks(page: str) -> list[Block]:
    r"""List the fenced blocks of a page.

    >>> blocks("# Run it\n```sh\nmake\n```\n")
    [Block(language='sh', text='make\n', section='Run it', line=3)]
    """
    fences = list(FENCE.finditer(page))
    return [
        Block(
            fence["language"],
            fence["text"],
            _section(page, fences, fence.start()),
            page.count("\n", 0, fence.start("text")) + 1,
        )
        for fence in fences
    ]


def _section(page: str, fences: list[re.Match[str]], offset: int) -> str:
    headings = [
        heading
        for heading in HEADING.finditer(page, 0, offset)
        if not any(fence.start() <= heading.start() < fence.end() for fence in fences)
    ]
    return headings[-1]["title"] if headings else ""


def only_command(page: str, section: str) -> str:
    r"""Give the one command of a section that holds one fenced block of one line.

    >>> only_command("## Test it\n```sh\nmake test\n```\n", "Test it")
    'make test'
    """
    lines = [line for block in blocks(page) if block.section == section for line in block.text.splitlines()]
    if len(lines) != 1:
        raise ValueError(f"section {section!r} holds {len(lines)} lines of code, not one command")
    return lines[0]


def steps(block: Block) -> list[Step]:
    r"""Part a session into its commands.

    >>> steps(Block("console", "$ echo a\na\n$ true\n", "", 1))
    [Step(command='echo a', output='a\n', line=1), Step(command='true', output='', line=3)]
    """
    found: list[Step] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if line.startswith("$ "):
            found.append(Step(line[2:], "", number))
        elif found:
            last = found.pop()
            found.append(Step(last.command, f"{last.output}{line}\n", last.line))
        else:
            raise ValueError(f"line {number}: a session starts with '$ command', not {line!r}")
    return found


def shell(command: str, folder: Path = ROOT) -> tuple[int, str]:
    r"""Run a command by the shell, and give its exit status and what it prints.

    >>> shell("echo one; exit 3")
    (3, 'one\n')
    """
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def difference(step: Step, run: Callable[[str], tuple[int, str]] = shell) -> str:
    """Run a step, and tell how its output differs from the page; nothing if it does not.

    >>> difference(Step("echo one two", "one ...", 1))
    ''
    """
    returned, printed = run(step.command)
    wanted, got = _plain(step.output), _plain(printed)
    if returned != _status(step):
        return f"line {step.line}: {step.command}: exit status {returned}, not {_status(step)}\n{got}"
    checker = doctest.OutputChecker()
    if checker.check_output(wanted, got, doctest.ELLIPSIS):
        return ""
    told = checker.output_difference(doctest.Example(step.command, wanted), got, doctest.REPORT_UDIFF)
    return f"line {step.line}: {step.command}\n{told}"


def refreshed(page: str, run: Callable[[str], tuple[int, str]] = shell) -> tuple[str, list[str]]:
    r"""Give a page with what its commands print today, and tell what could not be refreshed.

    A step that agrees stays, with its ``...``; one that ends with another status than the page
    shows stays too, and is told.

    >>> refreshed("```console\n$ echo a\nb\n$ echo one two\none ...\n```\n")
    ('```console\n$ echo a\na\n$ echo one two\none ...\n```\n', [])
    >>> refreshed("```console\n$ exit 3\n```\n")[1]
    ['line 2: exit 3: exit status 3, not 0\n']
    """
    lines, told = page.splitlines(keepends=True), list[str]()
    sessions = [steps(block) for block in blocks(page) if block.language == "console"]
    for step in reversed([step for session in sessions for step in session]):
        answers: dict[str, tuple[int, str]] = {step.command: run(step.command)}
        changed = difference(step, answers.__getitem__)
        returned, printed = answers[step.command]
        if changed and returned == _status(step):
            lines[step.line : step.line + step.output.count("\n")] = [_plain(printed)]
        elif changed:
            told.insert(0, changed)
    return "".join(lines), told


def _update(pages: list[Path]) -> bool:
    """Refresh pages, name those that changed, and say whether all could be refreshed."""
    whole = True
    for page in pages:
        old = page.read_text("utf-8")
        new, told = refreshed(old)
        if new != old:
            page.write_text(new, "utf-8")
            sys.stdout.write(f"{page}\n")
        sys.stderr.writelines(f"{page}: {reason}" for reason in told)
        whole = whole and not told
    return whole


def _status(step: Step) -> int:
    """Give the exit status that a page shows: 2 with a diagnostic."""
    return 2 if "error: " in step.output else 0


def _environment() -> dict[str, str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    return {**os.environ, **ENVIRONMENT, "PATH": path}


def _plain(text: str) -> str:
    """Drop what a page cannot show: blanks at the ends of lines, empty lines at the end."""
    lines = [line.rstrip() for line in text.rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    asked, *named = sys.argv[1:]
    if asked == "--update":
        sys.exit(not _update([Path(name) for name in named] or PAGES))
    sys.stdout.write(only_command((ROOT / "README.md").read_text("utf-8"), asked) + "\n")
