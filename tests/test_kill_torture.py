"""The real program killed anywhere, and with a full disk anywhere: a twentieth of `make torture`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.kill_torture import DAYS, FULL, Account, Tally, Told, differences, lines, torture
from benchmarks.victim import Aim, Order, Ran, Range, shooting_range
from benchmarks.wholeness import complaints
from zonewatch.shipped import shipped

FEW = tuple(day for day in DAYS if day in ("2020-12-24", "2021-03-10", "2021-11-20", "2021-12-07"))
CHECK = ("--db", "z.db", "check", "--replay", str(shipped("history")), "--now", "2020-09-04T04:00:00Z")


pytestmark = pytest.mark.timeout(400)  # hundreds of processes, which a busy machine runs one by one


@pytest.fixture(scope="module")
def tortured() -> Tally:
    return torture(25, 5, seed=20200904, days=FEW, a_history=25)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    with shooting_range(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(place: Range, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A database after a pass in peace, and what the pass did."""
    folder = tmp_path_factory.mktemp("whole")
    return folder / "z.db", place.run(Order(CHECK, str(folder)))


@pytest.fixture
def copy(whole: tuple[Path, Ran], tmp_path: Path) -> Path:
    made = tmp_path / "z.db"
    made.write_bytes(whole[0].read_bytes())
    return made


def wound(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_what_is_killed_anywhere_loses_nothing_and_ends_where_the_undisturbed_does(tortured: Tally) -> None:
    assert tortured.wrong == []
    assert tortured.kills >= 25
    assert tortured.acknowledged > 100


def test_a_full_disk_is_met_and_loses_nothing(tortured: Tally) -> None:
    assert tortured.fulls >= 5
    assert sum(tortured.met[how] for how in FULL) == tortured.fulls


def test_what_was_tortured_is_told_in_lines(tortured: Tally) -> None:
    told = list(lines(tortured))
    assert told[0].startswith(f"{tortured.kills} processes killed: ")
    assert told[-1].endswith("wrong: 0")


def test_a_shot_falls_where_it_was_aimed(place: Range, tmp_path: Path) -> None:
    ran = place.run(Order(CHECK, str(tmp_path), Aim("commit", 9)))
    assert ran.code == -9
    assert 0 < len(ran.kept) < 9
    assert list(complaints(tmp_path / "z.db", ran.kept)) == []


def test_a_full_disk_is_one_line_and_no_fault_of_a_source(
    place: Range, copy: Path, whole: tuple[Path, Ran]
) -> None:
    pages = copy.stat().st_size // 4096 + 1
    ran = place.run(Order((*CHECK[:-1], "2021-03-10T04:00:00Z"), str(copy.parent), pages=pages))
    assert ran.code == 1
    assert ran.err.startswith("zonewatch: z.db: database or disk is full; make room")
    assert ran.err.count("\n") == 1
    assert list(complaints(copy, (*whole[1].kept, *ran.kept))) == []
    with closing(sqlite3.connect(copy)) as connection:
        kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT outcome FROM circumstance")}
    assert kinds <= {"good", "not_modified", "redirected", "gone", "soft_404", "root_redirect"}


def test_a_whole_database_is_found_whole(whole: tuple[Path, Ran]) -> None:
    path, ran = whole
    assert ran.code == 0 and ran.kept and ran.raised
    assert list(complaints(path, ran.kept)) == []


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("DELETE FROM visit WHERE id = 3",), "V3 was acknowledged and is lost"),
        (("DELETE FROM visit WHERE id = 3",), "points at no visit"),
        (("UPDATE visit SET body_id = NULL, content_id = NULL",), "a body that no visit has"),
        (("UPDATE body SET data = substr(data, 1, 40)",), "cannot be read"),
        (("UPDATE circumstance SET status = 299",), "V2 and its hops disagree"),
        (("INSERT INTO address (digest, url) VALUES (x'00', 'u')",), "an address that nothing points at"),
    ],
)
def test_what_is_not_whole_is_named(
    copy: Path, whole: tuple[Path, Ran], statements: tuple[str, ...], said: str
) -> None:
    wound(copy, *statements)
    assert any(said in line for line in complaints(copy, whole[1].kept))


def test_a_finding_that_was_raised_in_two_lives_is_named(tmp_path: Path) -> None:
    account = Account(tmp_path / "none.db")
    life = Ran(-9, 0.1, "", "", (), ("new_zone|广州",))
    assert list(account.of(life, "once")) == []
    assert list(account.of(life, "again")) == ["again: raised 2 times: new_zone|广州"]


def test_an_end_without_one_plain_line_is_named(tmp_path: Path) -> None:
    account = Account(tmp_path / "none.db")
    for code, err in ((1, "Traceback\n  …\n"), (-11, ""), (70, "zonewatch: x\n"), (1, "zonewatch: x\ny\n")):
        assert list(account.of(Ran(code, 0.1, "", err), "day"))
    assert list(account.of(Ran(1, 0.1, "", "zonewatch: z.db: the disk is full\n"), "day")) == []


def test_two_ends_that_differ_are_told_apart() -> None:
    one = Told({"a": ("x",)}, {"s": ("alive",)})
    assert list(differences(one, one)) == []
    assert len(list(differences(one, Told({}, {"s": ("dead",)})))) == 2
