"""The names of layers tell which of them stand together: `conv2_block1_1_conv` is a part of `conv2_block1`.

From: the layers of one model in order, with those that each takes. To: for each layer the `Group` that
it is in, if any; groups of one kind become one block. Keras keeps no modules, but names: where several
layers begin alike up to a number, or end alike from one on, and others do so with another number, these
are the rounds of something that repeats. A layer that has only the name that Keras gives to its class
belongs where its wiring puts it. One value leaves a group, else it is none.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

#: Layers at which values meet.
MERGES = frozenset(("Add", "Concatenate", "Multiply", "Average", "Maximum", "Subtract", "ops.Add"))
#: The part of their layers that two groups of one kind share, where neither has all those of the other.
ALIKE = 0.85
#: Characters of a name that is looked at, and numbers in it: those of keras.applications have 50 and 4.
LONGEST, NUMBERS = 200, 8
#: A number within a name, with the letter behind it if there is one, as in `block2a_expand_conv`.
NUMBER = re.compile(r"\d+[a-z]?(?![A-Za-z0-9])|\d+")


@dataclass(slots=True, eq=False)
class Group:
    """Layers that stand together: the name that they share, and what kind of a block they are."""

    name: str
    kind: str = ""
    members: set[str] = field(default_factory=set)
    shared: str = ""

    def leaf(self, name: str) -> str:
        """Give what is left of the name of one of its layers.

        >>> Group("conv2_block1", shared="conv2_block1").leaf("conv2_block1_1_conv")
        '1_conv'
        """
        left = (
            name.removeprefix(self.shared) if name.startswith(self.shared) else name.removesuffix(self.shared)
        )
        return left.strip("_") or name


#: A layer: its class, its name, and the names of those that it takes.
Entry = tuple[str, str, list[str]]


def grouped(entries: Sequence[Entry], model: str = "") -> dict[str, Group]:
    """Find the groups of a model's layers, by the names of the layers; `model` is its own name.

    >>> rows = [("Conv2D", f"block{i}_{part}", []) for i in (1, 2) for part in ("conv1", "conv2")]
    >>> rows = [(title, name, [rows[i - 1][1]] if i else []) for i, (title, name, _) in enumerate(rows)]
    >>> {name: group.kind for name, group in grouped(rows).items()}["block2_conv1"]
    'Block'
    """
    wiring = _Wiring(entries)
    ways = [_found(wiring, _heads), _found(wiring, _tails)]
    found = max(ways, key=len)
    _name_kinds(wiring, list(dict.fromkeys(found.values())), model)
    return found


class _Wiring:
    """The layers of a model, and which takes which."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.titles = {name: title for title, name, _ in entries}
        self.order = list(self.titles)
        self.place = {name: place for place, name in enumerate(self.order)}
        self.inputs: dict[str, list[str]] = {}
        for _, name, taken in entries:
            self.inputs.setdefault(name, []).extend(taken)
        self.users: dict[str, list[str]] = {name: [] for name in self.titles}
        for name, taken in self.inputs.items():
            for one in taken:
                self.users.setdefault(one, []).append(name)
        self.given = {name for name, title in self.titles.items() if is_given(name, title)}

    def grown(self, members: Set[str], free: Callable[[str], bool]) -> set[str]:
        """Add layers without a name of their own that stand among some others.

        One at which these meet others is added in front, and behind all whose values go nowhere
        else, the last first, as long as there is another way in.
        """
        grown = set(members)
        last = max(grown, key=self.place.__getitem__)
        grown |= {user for user in self.users[last] if self.titles[user] in MERGES and free(user)}
        entries = {one for name in grown for one in self.inputs[name]} - grown
        missing = {one: len(set(self.users[one]) - grown) for one in entries}
        ready = [-self.place[one] for one in entries if not missing[one] and free(one)]
        heapq.heapify(ready)
        while ready and len(entries) > 1:
            name = self.order[-heapq.heappop(ready)]
            grown.add(name)
            entries.discard(name)
            for one in dict.fromkeys(self.inputs[name]):
                missing[one] = missing.get(one, len(set(self.users[one]))) - 1
                entries.add(one)
                if not missing[one] and free(one):
                    heapq.heappush(ready, -self.place[one])
        return grown

    def forks(self, members: Set[str]) -> int:
        """Count the layers of some whose values go several ways before they meet: a block names these."""
        ways = [[user for user in self.users[name] if user in members] for name in members]
        return sum(
            len(users) > 1 and not any(self.titles[user] in MERGES for user in users) for users in ways
        )

    def leaving(self, members: Set[str]) -> list[str]:
        """List the layers of some whose values are taken outside of them, or are the model's."""
        return [name for name in members if not self.users[name] or not members >= set(self.users[name])]


def is_given(name: str, title: str) -> bool:
    """Tell whether a layer has the name that Keras gives to its class.

    >>> is_given("conv2d_12", "Conv2D"), is_given("re_lu", "ReLU"), is_given("conv1", "Conv2D")
    (True, True, False)
    """
    bare = re.sub(r"_\d+$", "", name).replace("_", "").lower()
    return bare == title.rpartition(".")[2].lower()


def kind_of(name: str, model: str = "") -> str:
    """Name a kind of block: the words of a name without its numbers and without the model's own name.

    >>> kind_of("conv2_block1"), kind_of("block2a"), kind_of("convnext_tiny_stage_0", "convnext_tiny")
    ('ConvBlock', 'Block', 'Stage')
    """
    bare = name.removeprefix(model) if model and name != model else name
    words = re.findall(r"[A-Za-z]+", NUMBER.sub("_", bare)) or re.findall(r"[A-Za-z]+", name) or ["block"]
    return "".join(word[0].upper() + word[1:] for word in words)


def _heads(name: str) -> Iterator[tuple[str, str]]:
    """List the beginnings of a name that end in a number, each with its pattern.

    >>> list(_heads("conv2_block1_add"))
    [('conv#', 'conv2'), ('conv#_block#', 'conv2_block1')]
    """
    pattern, start = "", 0
    for match in islice(NUMBER.finditer(name), NUMBERS):
        pattern += f"{name[start : match.start()]}#"
        start = match.end()
        if not name[start : start + 1].isalnum():
            yield pattern, name[:start]


def _tails(name: str) -> Iterator[tuple[str, str]]:
    """List the ends of a name with its last number, each with its pattern: that alone, and with a word."""
    if match := re.search(r"(?:_([A-Za-z]+))?_(\d+)$", name):
        yield "_#", f"_{match[2]}"
        if match[1]:
            yield f"_{match[1]}_#", match[0]


#: What finds the parts of a name that others may share.
Sides: TypeAlias = Callable[[str], Iterator[tuple[str, str]]]


def _found(wiring: _Wiring, sides: Sides) -> dict[str, Group]:
    """Find the groups that share one side of their names: those within which values meet, then rows."""
    found: dict[str, Group] = {}
    patterns: dict[str, dict[str, set[str]]] = {}
    for name in wiring.titles:
        if name not in wiring.given and len(name) <= LONGEST:
            for pattern, shared in sides(name):
                patterns.setdefault(pattern, {}).setdefault(shared, set()).add(name)
    for meets in (True, False):
        for pattern in _ranked(patterns, meets):
            left = {shared: members - found.keys() for shared, members in patterns[pattern].items()}
            patterns[pattern] = {shared: members for shared, members in left.items() if members}
            for group in _made(wiring, patterns[pattern], found, meets):
                found.update(dict.fromkeys(group.members, group))
    return found


def _ranked(patterns: Mapping[str, Mapping[str, set[str]]], meets: bool) -> list[str]:
    """Order patterns: of beginnings those of the most groups first, else those of the largest groups.

    An end with a word before its number goes before one of a number alone, if its groups are near as large.
    """

    def rank(pattern: str) -> tuple[float, str]:
        groups = patterns[pattern] or {"": set()}
        size = sum(map(len, groups.values())) / len(groups)
        if pattern.startswith("_"):
            return -size * (1 if pattern == "_#" else 2), pattern
        return (-len(groups) if meets else -size), pattern

    return sorted(patterns, key=rank)


def _made(
    wiring: _Wiring, candidates: Mapping[str, set[str]], found: Mapping[str, Group], meets: bool
) -> list[Group]:
    """Make groups of one pattern, of two layers or more each, with those without a name among them.

    With `meets`, values meet in half of them at least.
    """
    spare: set[str] = set()  # of what has several exits: it may belong to the others by its wiring
    taken: set[str] = set()
    made: list[Group] = []

    def free(name: str) -> bool:
        return (name in wiring.given or name in spare) and name not in found and name not in taken

    for _ in range(2):
        made.clear()
        taken.clear()
        for shared, members in candidates.items():
            if len(candidates) < 2 or not members - spare - taken:
                continue
            whole = wiring.grown(members - spare - taken, free)
            leaving = wiring.leaving(whole)
            if len(leaving) > 1:
                spare.update(members - {shared})
            elif len(whole) > 1:
                taken.update(whole)
                name = f"{leaving[0].partition('_')[0]}{shared}" if shared.startswith("_") else shared
                made.append(Group(name, "", whole, shared))
        if not spare:
            break
    meeting = [group for group in made if any(wiring.titles[name] in MERGES for name in group.members)]
    return [] if len(made) < 2 or (meets and 2 * len(meeting) < len(made)) else made


# -- kinds ----------------------------------------------------------------------------


def _name_kinds(wiring: _Wiring, groups: Sequence[Group], model: str) -> None:
    """Name the kinds of groups: one for those whose names are alike but for numbers, and their layers too."""
    clusters: dict[str, list[list[Group]]] = {}
    for group in groups:
        known = clusters.setdefault(kind_of(group.name, model), [])
        cluster = next((one for one in known if any(_alike(wiring, member, group) for member in one)), None)
        if cluster is None:
            known.append([group])
        else:
            cluster.append(group)
    for name, known in clusters.items():
        for cluster in known:
            kind = name if len(known) == 1 else f"{name}{_number(cluster)}"
            for group in cluster:
                group.kind = kind


def _alike(wiring: _Wiring, one: Group, other: Group) -> bool:
    """Tell whether two groups have nearly the same layers, or one has all those of the other.

    Where most have no names of their own, they have to be the same.
    """
    if wiring.forks(one.members) != wiring.forks(other.members):
        return False
    counts = [Counter(wiring.titles[name] for name in group.members) for group in (one, other)]
    named = [{group.leaf(name) for name in group.members - wiring.given} for group in (one, other)]
    if any(2 * len(names) < count.total() for names, count in zip(named, counts, strict=True)):
        return counts[0] == counts[1]
    shared = (counts[0] & counts[1]).total()
    return named[0] <= named[1] or named[1] <= named[0] or shared >= ALIKE * max(map(Counter.total, counts))


def _number(cluster: Sequence[Group]) -> str:
    """Give the number that tells a kind from others: one that all its groups share, else the first."""
    rows = [NUMBER.findall(group.name) or [""] for group in cluster]
    shared = (number for number, *others in zip(*rows, strict=False) if {*others} <= {number})
    return next(shared, "_".join(rows[0]))
