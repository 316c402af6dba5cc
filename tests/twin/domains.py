"""The long run over random networks with loops: how often closed forms are wrong, or refused.

`python -m tests.twin.domains 500 1` judges 500 networks of the seed 1 in two processes and
prints a table; with a third argument, a file, the smallest network of each kind is written
there, made smaller still. The same numbers give the same networks.
"""

from __future__ import annotations

import random
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.twin.judging import Finding, Verdict, judge, kind_of
from tests.twin.random_loops import Net, Point, write

PROCESSES = 2
#: Seconds for one network, and processor seconds that its closed forms may take.
PATIENCE = 60
SLOW = 2.0
#: Networks that are tried to make one smaller.
TRIES = 30


class Recorded:
    """Chooses as told, then the first; keeps what it chose."""

    def __init__(self, numbers: Sequence[int] = (), chooser: random.Random | None = None) -> None:
        self.numbers, self.chooser, self.chosen = list(numbers), chooser, list[int]()

    def __call__(self, choices: Sequence[str]) -> str:
        at = len(self.chosen)
        if self.chooser is not None:
            number = self.chooser.randrange(len(choices))
        else:
            number = min(self.numbers[at], len(choices) - 1) if at < len(self.numbers) else 0
        self.chosen.append(number)
        return choices[number]


@dataclass(frozen=True, eq=False)
class Case:
    """A network judged, with the choices that it was written by; `failed` tells of a judge that gave up."""

    chosen: tuple[int, ...]
    net: Net
    verdict: Verdict | None
    failed: str = ""


class Key(NamedTuple):
    """A kind of fault: what is wrong, in which loops, and the words of the diagnostic."""

    what: str
    loop: str
    words: str = ""


def case_of(seed: str) -> Case:
    """Write the network of a seed and judge it."""
    return judged(Recorded(chooser=random.Random(seed)))


def judged(choose: Recorded, at: Point | None = None) -> Case:
    """Write a network and judge it, within the patience; at a few points, if one is named."""
    net = write(choose)
    points = (
        net.points() if at is None else [{name: at.get(name, 4) for name in net.symbols}, *net.points()[2:6]]
    )
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(PATIENCE)
    try:
        return Case(tuple(choose.chosen), net, judge(net, points))
    except TimeoutError as error:
        return Case(tuple(choose.chosen), net, None, str(error))
    finally:
        signal.alarm(0)


def _give_up(signum: int, frame: object) -> None:
    raise TimeoutError(f"over {PATIENCE} s")


def faults(case: Case) -> dict[Key, Finding | str]:
    """Give the faults of a network by their kinds, the first of each."""
    found: dict[Key, Finding | str] = {}
    if case.verdict is None:
        found[Key("slow", case.net.kind)] = case.failed
    elif not case.verdict.vacant:
        if case.verdict.seconds > SLOW:
            found[Key("slow", case.net.kind)] = f"{case.verdict.seconds:.1f} s"
        for finding in case.verdict.findings:
            found.setdefault(Key(finding.what, case.net.kind, _words(finding)), finding)
        for measure, message in case.verdict.refused.items():
            found.setdefault(Key("refused", case.net.kind, kind_of(message)), f"{measure}: {message}")
    return found


def _words(finding: Finding) -> str:
    kind, _, message = (finding.expected if finding.what == "given" else finding.got).partition(": ")
    return kind_of(message) if kind in ("refusal", "crash") else ""


def smaller(key: Key, case: Case) -> Case:
    """Make other choices, simpler ones, while the fault stays; what is slow is left as it is."""
    if key.what == "slow":
        return case
    best, at, tries, point = case, 0, 0, _point(key, case)
    while at < len(best.chosen) and tries < TRIES:
        start, number, rest = best.chosen[:at], best.chosen[at], best.chosen[at + 1 :]
        at += 1
        for candidate in [(*start, *rest), *([(*start, 0, *rest)] if number else [])]:
            tries += 1
            made = judged(Recorded(candidate), point)
            if _fault(key, made) and (len(made.net.text), made.chosen) < (len(best.net.text), best.chosen):
                best = made
                break
    return best


def _fault(key: Key, case: Case) -> Finding | str:
    alike = [fault for k, fault in faults(case).items() if (k.what, k.words) == (key.what, key.words)]
    return alike[0] if alike else ""


def _point(key: Key, case: Case) -> Point:
    fault = _fault(key, case)
    if isinstance(fault, Finding) and fault.point:
        return fault.point
    return case.verdict.accepted[-1] if case.verdict is not None else {}


def gathered(cases: Iterable[Case]) -> dict[Key, list[Case]]:
    """Sort networks by their faults."""
    found: dict[Key, list[Case]] = {}
    for case in cases:
        for key in faults(case):
            found.setdefault(key, []).append(case)
    return found


def table(cases: Sequence[Case]) -> str:
    """Tell a run: networks, points, faults by kind, refusals by kind and their rate."""
    real = [case.verdict for case in cases if case.verdict is not None and not case.verdict.vacant]
    lines = [
        f"networks   {len(cases)}, of these {len(cases) - len(real)} at no point",
        f"points     {sum(v.inside for v in real)} inside, {sum(v.outside for v in real)} outside",
    ]
    nets: dict[str, set[str]] = {}
    by_words: Counter[tuple[str, str]] = Counter()
    for key, group in gathered(cases).items():
        nets.setdefault(key.what, set()).update(case.net.text for case in group)
        by_words[key.what, key.words] += len(group)
    for what, texts in sorted(nets.items()):
        lines.append(
            f"{what:10} {len(texts)} of {len(real)} networks, {100 * len(texts) / max(1, len(real)):.1f} %"
        )
        parts = [(words, count) for (kind, words), count in by_words.most_common() if kind == what and words]
        lines += [f"{'':11}{count:4} {words}" for words, count in parts]
    return "\n".join([*lines, *_by_loops(cases)])


def _by_loops(cases: Sequence[Case]) -> Iterator[str]:
    """Count the faults of networks of one loop by its kind."""
    found = {case: {key.what for key in faults(case)} for case in cases if "," not in case.net.kind}
    kinds = sorted({what for whats in found.values() for what in whats})
    yield "".join(f"{word:>11}" for word in ("loop", "networks", *kinds))
    for loop in sorted({case.net.kind for case in found}):
        alike = [whats for case, whats in found.items() if case.net.kind == loop]
        counts = (sum(kind in whats for whats in alike) for kind in kinds)
        yield "".join(f"{word:>11}" for word in (loop, len(alike), *counts))


def listed(cases: Sequence[Case]) -> Iterator[str]:
    """Write the smallest network of each kind of fault, made smaller; none is written twice."""
    groups = sorted(merged(cases).items(), key=lambda pair: (-len(pair[1]), pair[0]))
    seen: set[tuple[str, str]] = set()
    with ProcessPoolExecutor(PROCESSES) as pool:
        least = pool.map(smaller, *zip(*[(key, group[0]) for key, group in groups], strict=True))
        for (key, group), case in zip(groups, least, strict=True):
            if (key.what, case.net.text) in seen:
                continue
            seen.add((key.what, case.net.text))
            loops = Counter(each.net.kind for each in group if "," not in each.net.kind).most_common(8)
            told = ", ".join(f"{loop} {count}" for loop, count in loops) or "of two loops"
            yield f"{_told(key, case)}\nin {len(group)} networks: {told}\n\n"


def merged(cases: Sequence[Case]) -> dict[Key, list[Case]]:
    """Sort networks by their faults; by the words of a diagnostic, else by their one loop."""
    found: dict[Key, list[Case]] = {}
    for key, group in gathered(cases).items():
        if not key.words and "," in key.loop:
            continue
        found.setdefault(Key(key.what, "" if key.words else key.loop, key.words), []).extend(group)
    for group in found.values():
        group.sort(key=_size)
    return found


def _size(case: Case) -> tuple[bool, int]:
    return "," in case.net.kind, len(case.net.text)


def _told(key: Key, case: Case) -> str:
    fault = _fault(key, case)
    if not isinstance(fault, str):
        at = ", ".join(f"{name} = {number}" for name, number in fault.point.items())
        fault = f"{fault.measure} at {at or 'symbols'}: expected {fault.expected}; got {fault.got}"
    return f"### {key.what}: {key.words or case.net.kind}\n\n{fault}\n\n```\n{case.net.text}\n```\n"


def run(count: int, seed: str) -> list[Case]:
    """Judge so many networks of a seed."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(case_of, [f"{seed}/{number}" for number in range(count)], chunksize=4))


def main(count: str, seed: str, report: str = "") -> None:
    """Run, and print the table."""
    cases = run(int(count), seed)
    told = table(cases)
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()
    if report:
        with Path(report).open("w", encoding="utf-8") as file:
            file.write(f"## {count} networks of seed {seed}\n\n```\n{told}\n```\n\n")
            for part in listed(cases):
                file.write(part)
                file.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
