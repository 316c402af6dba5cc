"""Sweeps into files: whole or not there, gone on with after a stop, one run at a time, parts, clusters."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy
import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

from layercalc.errors import SpecError
from layercalc.resolve.loading import load_program
from layercalc.sweeps import grid as grids
from layercalc.sweeps import job, workers
from layercalc.sweeps.folder import Folder
from layercalc.sweeps.grid import Grid
from layercalc.sweeps.job import Progress, Share, run
from layercalc.sweeps.request import Request
from layercalc.sweeps.sweeper import Sweeper

MEASURES = ("gcc", "params", "macs")
SMALL = 500


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "CHUNK", SMALL)


def request(depths: int = 100) -> Request:
    return Request(
        load_program("resnet_cifar"), Grid({"depth": range(8, 8 + depths), "width": range(2, 60)}), MEASURES
    )


def finish(out: Path, **options: Any) -> Progress:
    return [*run(request(), out, **options)][-1]


def whole(tmp_path: Path) -> bytes:
    out = tmp_path / "whole.parquet"
    if not out.exists():
        finish(out, processes=1)
    return out.read_bytes()


def test_formats_hold_the_same_rows(tmp_path: Path) -> None:
    for ending in (".parquet", ".csv", ".arrow"):
        finish(tmp_path / f"all{ending}", processes=1)
    parquet = pyarrow.parquet.read_table(tmp_path / "all.parquet")
    csv = pyarrow.csv.read_csv(tmp_path / "all.csv")
    arrow = pyarrow.ipc.open_file(tmp_path / "all.arrow").read_all()
    assert parquet.column_names == ["depth", "width", "log2_gcc", "params", "macs"]
    assert parquet.num_rows == 17 * 58
    assert parquet.equals(arrow)
    assert parquet.to_pylist() == csv.to_pylist()


def test_a_stopped_run_goes_on_and_makes_the_same_bytes(tmp_path: Path) -> None:
    out = tmp_path / "stopped.parquet"
    for count, _ in enumerate(run(request(), out, processes=1)):
        if count == 5:
            break
    kept = sorted(path.name for path in Folder(out).path.glob("*.json") if path.name[0].isdigit())
    assert len(kept) == 5
    assert not out.exists()
    times = {name: (Folder(out).path / name).stat().st_mtime_ns for name in kept}
    goes_on = run(request(), out, processes=1)
    next(goes_on)
    assert next(goes_on).kept == 6
    assert {name: (Folder(out).path / name).stat().st_mtime_ns for name in kept} == times
    for _ in goes_on:
        pass
    assert out.read_bytes() == whole(tmp_path)
    assert not Folder(out).path.exists()


def test_parts_of_another_request_are_thrown_away(tmp_path: Path) -> None:
    out = tmp_path / "whole.parquet"
    for count, _ in enumerate(run(request(50), out, processes=1)):
        if count == 2:
            break
    assert whole(tmp_path) == whole(tmp_path)
    assert pyarrow.parquet.read_table(out).num_rows == 17 * 58


def test_two_runs_on_one_file_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "one.parquet"
    first = run(request(), out, processes=1)
    next(first)
    with pytest.raises(SpecError, match=r"another run is writing one\.parquet"):
        next(run(request(), out, processes=1))
    first.close()
    assert finish(out, processes=1).rows == 17 * 58


def test_files_of_a_user_are_never_thrown_away(tmp_path: Path) -> None:
    out = tmp_path / "mine.parquet"
    folder = Folder(out).path
    (folder / "kept").mkdir(parents=True)
    (folder / "00000000.csv").write_text("years of work")
    with pytest.raises(SpecError, match=r"mine\.parquet\.parts has other files, as 00000000\.csv"):
        finish(out, processes=1)
    assert sorted(path.name for path in folder.iterdir()) == ["00000000.csv", "kept"]
    assert not out.exists()


def test_an_interruption_never_reaches_other_processes(tmp_path: Path) -> None:
    if not hasattr(signal, "pthread_sigmask"):
        pytest.skip("signals are not blocked here")
    sweeper = Sweeper(request())
    with workers.Workers(sweeper, Folder(tmp_path / "one.csv"), 2, None, 2) as both:
        assert both._executor is not None
        blocked = both._submitted(_blocked, 0, next(iter(request().grid.blocks(SMALL)))).result()
    assert signal.SIGINT in blocked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def _blocked(number: int, block: Any) -> set[Any]:
    return signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_full_disk_keeps_what_was_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, put, left = tmp_path / "full.parquet", Folder.put, [7]

    def limited(self: Folder, path: Path, writing: Any) -> None:
        left[0] -= 1

        def partly(file: Any) -> None:
            if left[0] < 0:
                file.write(b"begun")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            writing(file)

        put(self, path, partly)

    monkeypatch.setattr(Folder, "put", limited)
    with pytest.raises(OSError, match="No space left on device") as raised:
        finish(out, processes=1)
    assert raised.value.filename.endswith(".arrow")
    monkeypatch.undo()
    monkeypatch.setattr(job, "CHUNK", SMALL)
    assert not [*Folder(out).path.glob("*.arrow.*")]
    assert len([path for path in Folder(out).path.glob("*.json") if path.name[0].isdigit()]) == 3
    finish(out, processes=1)
    assert out.read_bytes() == whole(tmp_path)


def test_several_processes_make_the_same_bytes(tmp_path: Path) -> None:
    out = tmp_path / "several.parquet"
    finish(out, processes=2)
    assert out.read_bytes() == whole(tmp_path)


KILLED = """
import sys
from pathlib import Path
from layercalc.sweeps import job
from tests.sweeps.test_jobs import SMALL, request
job.CHUNK = SMALL
for progress in job.run(request(), Path(sys.argv[1]), processes=1):
    print(progress.kept, flush=True)
"""


def test_a_killed_run_goes_on_and_makes_the_same_bytes(tmp_path: Path) -> None:
    out, delay = tmp_path / "killed.parquet", numpy.random.default_rng().uniform(0, 0.05)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(out)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
    finish(out, processes=1)
    assert out.read_bytes() == whole(tmp_path)


def test_parts_are_files_of_their_own(tmp_path: Path) -> None:
    tables = []
    for number in (1, 2, 3):
        finish(tmp_path / "part.parquet", share=Share(number, 3), processes=1)
        tables.append(pyarrow.parquet.read_table(tmp_path / f"part-{number}-of-3.parquet"))
    whole(tmp_path)
    assert pyarrow.concat_tables(tables).equals(pyarrow.parquet.read_table(tmp_path / "whole.parquet"))
    sizes = [table.num_rows for table in tables]
    assert max(sizes) < 2 * min(sizes)


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/-2"])
def test_a_part_is_one_of_so_many(text: str) -> None:
    with pytest.raises(SpecError, match="it takes a part of so many"):
        Share.read(text)


def test_an_empty_sweep_is_a_file_with_columns(tmp_path: Path) -> None:
    nothing = Request(load_program("resnet_cifar"), Grid({"depth": [9, 10], "width": [2, 3]}), ("gcc",))
    for _ in run(nothing, tmp_path / "none.csv", processes=1):
        pass
    assert (tmp_path / "none.csv").read_text() == '"depth","width","log2_gcc"\n'


def test_an_ending_means_a_format(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"ends in \.parquet, \.csv or \.arrow"):
        next(run(request(), tmp_path / "some.xlsx"))


def test_chunks_for_a_cluster_are_bytes() -> None:
    block = next(iter(request().grid.blocks(SMALL)))
    note, data = workers._sent(request(), "one", 0, block)
    assert note["points"] == block.size
    assert pyarrow.ipc.open_file(io.BytesIO(data)).read_all().num_rows == note["rows"] > 0
    json.dumps(note)


def test_a_cluster_makes_the_same_bytes(tmp_path: Path) -> None:
    distributed = pytest.importorskip(
        "distributed", reason="distributed is not installed: pip install '.[dask]'"
    )
    out = tmp_path / "cluster.parquet"
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        finish(out, scheduler=cluster.scheduler_address)
    assert out.read_bytes() == whole(tmp_path)


def test_blocks_are_counted_as_they_are_cut() -> None:
    for lengths in ((3, 5, 7), (1, 1), (40,), (2, 30), (30, 2)):
        grid = Grid({f"p{place}": range(length) for place, length in enumerate(lengths)})
        for most in (1, 2, 3, 10, 35, 1000):
            blocks = [*grid.blocks(most)]
            assert len(blocks) == grid.count_blocks(most)
            assert sum(block.size for block in blocks) == grid.size
            assert max(block.size for block in blocks) <= most
            assert [block.start for block in blocks] == [
                sum(b.size for b in blocks[:k]) for k in range(len(blocks))
            ]
    assert grids.CHUNK == 1 << 20


def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed: pip install '.[dask]'")
    with pytest.raises(SpecError, match="no scheduler answers at nonsense"):
        finish(tmp_path / "none.csv", scheduler="nonsense")
    assert not [*tmp_path.iterdir()]
