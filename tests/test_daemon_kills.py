"""The daemon killed at random moments: a twentieth of `make torture`."""

import pytest

from benchmarks.daemon_kills import Tally, killed, lines


@pytest.fixture(scope="module")
def tally() -> Tally:
    return killed(5, seed=20200904, days=2, a_history=5)


def test_a_daemon_that_is_killed_goes_on_as_if_nothing_had_happened(tally: Tally) -> None:
    assert tally.wrong == []
    assert tally.kills >= 5


def test_there_was_something_to_lose(tally: Tally) -> None:
    assert tally.acknowledged > 15
    assert tally.findings >= 2
    assert "wrong: 0" in "\n".join(lines(tally))
