"""Exactly once under `kill -9`: the small run of bench/kills.py. The large one stands in its first lines."""

from pathlib import Path

from bench.kills import run


def test_a_server_that_dies_and_receipts_that_are_lost_lose_no_count_and_double_none(tmp_path: Path) -> None:
    done = run(tmp_path, 240, 6)
    assert done.kills == 6
    assert done.answers[200] > 0
    assert (done.lost, done.double, done.batches_held) == (0, 0, 240)
