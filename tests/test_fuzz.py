"""The small run of bench/fuzz.py: wrong inputs of every kind. The large one stands in its first lines."""

from pathlib import Path

from bench.fuzz import SHARE, Report, fair, kind_of, look, note, run, told
from bench.inputs import Outcome
from bench.target import Target


def test_wrong_inputs_of_every_kind_are_refused_and_change_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, range(20261124, 20261124 + 1500))
    assert told([report])[-1] == "faults: 0", told([report])
    assert report.inputs == {kind: share * 15 for kind, share in SHARE.items()}
    # Noise that never gets past the first door would prove nothing.
    assert {200, 302, 400, 401, 403, 404, 405, 409, 415, 422} <= report.statuses.keys()


def test_the_same_number_is_the_same_input_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    target = Target(tmp_path)
    # The others hold keys that are drawn anew.
    numbers = [number for number in range(300) if kind_of(number) in ("addresses", "languages", "enrolment")]
    first, second = ([fair(target, kind_of(number), number).statuses for number in numbers] for _ in range(2))
    assert first == second
    report = Report(memory=[0, 0, 0])
    note(report, "csv", 7, Outcome([500], 0.01, "answered 500"))
    note(report, "csv", 8, Outcome([200], 0.3))
    look(target, report, 0, 299)
    target.house.counts.execute("delete from phones")
    look(target, report, 0, 299)
    found = ["faults: 3", "csv 7: answered 500", "csv 8: took 300 ms", "0 to 299: changed phones"]
    assert told([report])[-4:] == found
