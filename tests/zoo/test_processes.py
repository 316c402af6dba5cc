"""Rows that are measured in other processes: what comes back is what would be measured here."""

from __future__ import annotations

import pickle
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from layercalc.paper import zoo
from layercalc.paper.zoo import result

ALEXNET, NASNET = (zoo.find(name)[0] for name in ("AlexNet", "NASNet-A-Mobile"))


@pytest.mark.parametrize("row", [ALEXNET, NASNET], ids=lambda row: row.spec)
def test_a_result_comes_back_whole(row: zoo.Row) -> None:
    [here] = zoo.results([row])
    there = pickle.loads(pickle.dumps(here))
    assert isinstance(here, zoo.Measured)
    assert (there.row, there.logs) == (here.row, here.logs)
    for name, closed in here.measures.items():
        assert there.measures[name].value == closed.value
        assert there.measures[name].exact() == closed.exact()


def test_a_mistake_comes_back_whole(tmp_path: Path) -> None:
    (tmp_path / "lost.arch").write_text("input(3) -> dens(2)\n", encoding="utf-8")
    [here] = zoo.results([replace(ALEXNET, spec=str(tmp_path / "lost.arch"), arguments={})])
    there = pickle.loads(pickle.dumps(here))
    assert isinstance(here, zoo.Broken)
    assert str(there.error) == str(here.error)


def test_no_processes_beside_threads() -> None:
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    assert result._pool(100) is None
    waiting.set()
    thread.join()


def test_one_network_needs_no_processes() -> None:
    assert result._pool(1) is None
