"""The names of layers tell which of them stand together: `conv2_block1_1_conv` is a part of `conv2_block1`.

From: the layers of one model in order, with those that each takes. To: for each layer the `Group` that
it is in, if any; groups of one kind become one block. Keras keeps no modules, but names: where several
layers begin alike up to a number, and others do so with another number, these are the rounds of something
that repeats. A layer that has only the name that Keras gave it belongs where its wiring puts it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: Layers at which values meet.
MERGES = frozenset(("Add", "Concatenate", "Multiply", "Average", "Maximum", "Subtract", "ops.Add"))
#: The part of their layers that two groups share at least if they are of one kind.
ALIKE = 0.5
#: A number within a name, with the letter behind it if there is one, as in `block2a_expand_conv`.
NUMBER = re.compile(r"\d+[a-z]?(?![A-Za-z0-9])|\d+")


@dataclass(slots=True, eq=False)
class Group:
    """Layers that stand together: their common name, and what kind of a block they are."""

    name: str
    kind: str
    members: set[str] = field(default_factory=set)

    def leaf(self, name: str) -> str:
        """Give what is left of the name of one of its layers.

        >>> Group("conv2_block1", "conv_block").leaf("conv2_block1_1_conv")
        '1_conv'
        """
        return name[len(self.name) :].strip("_") or name if name.startswith(self.name) else name


#: A layer: its class, its name, and the names of those that it takes.
Entry = tuple[str, str, list[str]]


def grouped(entries: Sequence[Entry]) -> dict[str, Group]:
    """Find the groups of a model's layers, by the names of the layers.

    >>> rows = [("Conv2D", f"block{i}_{part}", []) for i in (1, 2) for part in ("conv1", "conv2")]
    >>> {name: group.name for name, group in grouped(rows).items()}["block2_conv1"]
    'block2'
    """
    wiring = _Wiring(entries)
    found: dict[str, Group] = {}
    for by_merge in (True, False):
        for level in (_deepest(wiring, found) if by_merge else _shallowest(wiring, found)):
            for group in level:
                found.update(dict.fromkeys(group.members, group))
    kinds(wiring, list(dict.fromkeys(found.values())))
    return found


class _Wiring:
    """The layers of a model, and which takes which."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.titles = {name: title for title, name, _ in entries}
        self.place = {name: place for place, name in enumerate(self.titles)}
        self.inputs: dict[str, list[str]] = {}
        for _, name, taken in entries:
            self.inputs.setdefault(name, []).extend(one for one in taken if one in self.titles)
        self.users: dict[str, list[str]] = {name: [] for name in self.titles}
        for name, taken in self.inputs.items():
            for one in taken:
                self.users[one].append(name)
        self.unnamed = {name for name, title in self.titles.items() if is_given(name, title)}

    def grown(self, members: set[str], free: set[str]) -> set[str]:
        """Add layers without a name of their own that stand among some others.

        One at which these meet others is added in front, and behind all whose values go nowhere
        else, as long as there is another way in.
        """
        grown = set(members)
        last = max(grown, key=self.place.__getitem__)
        for user in self.users[last]:
            if user in free and self.titles[user] in MERGES and self.inputs[user]:
                grown.add(user)
        while True:
            entries = {one for name in grown for one in self.inputs[name]} - grown
            more = [one for one in entries if one in free and grown.issuperset(self.users[one])]
            if not more or len(entries) < 2:
                return grown
            grown.add(max(more, key=self.place.__getitem__))


def is_given(name: str, title: str) -> bool:
    """Tell whether a layer has the name that Keras gives to its class.

    >>> is_given("conv2d_12", "Conv2D"), is_given("re_lu", "ReLU"), is_given("conv1", "Conv2D")
    (True, True, False)
    """
    bare = re.sub(r"_\d+$", "", name).replace("_", "").lower()
    return bare == title.rpartition(".")[2].lower()


def stem(name: str) -> str:
    """Give a name without its numbers.

    >>> stem("conv2_block1"), stem("block_12"), stem("block2a"), stem("mixed0")
    ('conv_block', 'block', 'block', 'mixed')
    """
    return re.sub(r"__+", "_", NUMBER.sub("", name)).strip("_")


def _heads(name: str) -> Iterator[str]:
    """List the beginnings of a name that end in a number, the longest first."""
    for match in reversed(list(NUMBER.finditer(name))):
        end = match.end()
        if end == len(name) or not name[end].isalnum():
            yield name[:end]


def _candidates(wiring: _Wiring, found: Mapping[str, Group]) -> dict[str, dict[str, set[str]]]:
    """List what may be groups: by the pattern of their names, then by name."""
    patterns: dict[str, dict[str, set[str]]] = {}
    for name in wiring.titles:
        if name in found or name in wiring.unnamed:
            continue
        for head in _heads(name):
            patterns.setdefault(NUMBER.sub("#", head), {}).setdefault(head, set()).add(name)
    return patterns


def _free(wiring: _Wiring, found: Mapping[str, Group]) -> set[str]:
    return {name for name in wiring.unnamed if name not in found}


def _made(
    wiring: _Wiring, heads: Mapping[str, set[str]], found: Mapping[str, Group]
) -> list[Group]:
    """Let groups of one pattern take the layers among them, and keep those of two layers or more."""
    free, made = _free(wiring, found), []
    for head, members in heads.items():
        whole = wiring.grown(members, free)
        free -= whole
        if len(whole) > 1:
            made.append(Group(head, "", whole))
    return made if len(made) > 1 else []


def _deepest(wiring: _Wiring, found: dict[str, Group]) -> Iterator[list[Group]]:
    """Find the groups within which values meet, by the longest beginnings of names that have such."""
    patterns = _candidates(wiring, found)
    for pattern in sorted(patterns, key=lambda one: (-one.count("#"), one)):
        heads = {
            head: kept
            for head, members in patterns[pattern].items()
            if (kept := {name for name in members if name not in found})
        }
        made = _made(wiring, heads, found)
        meets = [group for group in made if any(wiring.titles[name] in MERGES for name in group.members)]
        if 2 * len(meets) >= len(made) > 0:
            yield _also_first(wiring, pattern, made, found)


def _also_first(
    wiring: _Wiring, pattern: str, made: list[Group], found: Mapping[str, Group]
) -> list[Group]:
    """Add the group that has the name of the others without a number, as the first of some has."""
    head = pattern.rpartition("_#")[0]
    if not pattern.endswith("_#") or "#" in head:
        return made
    taken = {name for group in made for name in group.members} | set(found)
    members = {
        name for name in wiring.titles if name.startswith(f"{head}_") and name not in taken | wiring.unnamed
    }
    return [Group(head, "", members), *made] if len(members) > 1 else made


def _shallowest(wiring: _Wiring, found: dict[str, Group]) -> Iterator[list[Group]]:
    """Find groups of layers in a row, by the shortest beginnings of their names."""
    patterns = _candidates(wiring, found)
    for pattern in sorted(patterns, key=lambda one: (one.count("#"), one)):
        heads = {
            head: kept
            for head, members in patterns[pattern].items()
            if (kept := {name for name in members if name not in found})
        }
        yield [group for group in _made(wiring, heads, found) if len(group.members) > 1]


def kinds(wiring: _Wiring, groups: Sequence[Group]) -> None:
    """Name the kinds of groups: one for those whose layers are alike, and whose names are but for numbers."""
    clusters: dict[str, list[list[Group]]] = {}
    for group in groups:
        known = clusters.setdefault(stem(group.name), [])
        alike = next((one for one in known if _alike(wiring, one[0], group)), None)
        if alike is None:
            known.append([group])
        else:
            alike.append(group)
    for name, known in clusters.items():
        for cluster in known:
            kind = name if len(known) == 1 else _common(cluster)
            for group in cluster:
                group.kind = kind


def _alike(wiring: _Wiring, one: Group, other: Group) -> bool:
    counts = [Counter(wiring.titles[name] for name in group.members) for group in (one, other)]
    shared = (counts[0] & counts[1]).total()
    return shared >= ALIKE * max(counts[0].total(), counts[1].total())


def _common(cluster: Sequence[Group]) -> str:
    """Name groups after the number that they share, else after the first of them."""
    first = cluster[0].name
    numbers = [NUMBER.findall(group.name) for group in cluster]
    kept = [all(row[place] == numbers[0][place] for row in numbers) for place in range(len(numbers[0]))]
    if len(cluster) == 1 or not any(kept) or all(kept):
        return first
    places = iter(kept)
    text = NUMBER.sub(lambda match: match.group() if next(places) else "", first)
    return re.sub(r"__+", "_", text).strip("_")
