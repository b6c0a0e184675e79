"""The store's benchmark at a small size: every question is asked and told."""

import pytest

from benchmarks.store import TARGET, Answered, lines, main


def test_every_question_is_answered_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--visits", "600"])
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["600"]
    assert {line.split("  ")[0] for line in told[1:]} >= {"what is due", "history, all", "report: standings"}
    assert all(line.endswith((" ms", " MB")) for line in told[1:11])


def test_a_late_answer_stands_in_the_table() -> None:
    (head, row, *_) = lines([Answered(1_000_000, {"what is due": TARGET}, 1.0, 2.0)])
    assert "1,000,000" in head and row.split()[-2:] == ["100.0", "ms"]
