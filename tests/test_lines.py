"""Lines of wishes: servers take turns, and a quick one may have several wishes in hand."""

from scheduler.lines import MOST_IN_HAND, Lines


class Hand:
    """A clock that the test sets, in seconds."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def taken(lines: Lines[str]) -> list[str]:
    found = []
    while wish := lines.take():
        found.append(wish)
    return found


def filled(*wishes: str, ahead: bool = False, clock: Hand | None = None) -> Lines[str]:
    lines = Lines[str](ahead=ahead, clock=clock or Hand())
    for wish in wishes:
        lines.add(wish[0], wish)
    return lines


def test_each_server_has_one_wish_under_way() -> None:
    lines = filled("a1", "a2", "b1", "b2")
    assert taken(lines) == ["a1", "b1"]
    lines.back("b")
    assert taken(lines) == ["b2"]
    lines.back("a")
    lines.back("b")
    assert taken(lines) == ["a2"]
    lines.back("a")
    assert not lines


def test_a_server_that_answers_quickly_gets_more_in_hand_and_a_slow_one_does_not() -> None:
    for seconds, more in ((0.001, MOST_IN_HAND), (0.1, 3), (0.2, 2), (2.0, 1)):
        hand = Hand()
        lines = filled(*(f"a{number}" for number in range(30)), ahead=True, clock=hand)
        assert taken(lines) == ["a0"]
        hand.at += seconds
        lines.back("a")
        assert len(taken(lines)) == more


def test_a_pace_is_that_between_answers_where_several_are_in_hand() -> None:
    hand = Hand()
    lines = filled(*(f"a{number}" for number in range(30)), ahead=True, clock=hand)
    lines.take()
    hand.at = 0.1
    lines.back("a")
    assert len(taken(lines)) == 3
    for number in (2, 3, 4):
        hand.at = 0.1 * number
        lines.back("a")
        assert len(taken(lines)) == 1


def test_servers_with_much_in_hand_still_take_turns() -> None:
    hand = Hand()
    lines = filled(*(f"{server}{number}" for number in range(4) for server in "ab"), ahead=True, clock=hand)
    taken(lines)
    hand.at += 0.1
    lines.back("a")
    lines.back("b")
    assert taken(lines) == ["a1", "b1", "a2", "b2", "a3", "b3"]


def test_what_waits_is_counted_and_given_back() -> None:
    lines = filled("a1", "a2", "b1")
    lines.take()
    assert lines.waiting == 2
    assert sorted(lines.left()) == ["a2", "b1"]
