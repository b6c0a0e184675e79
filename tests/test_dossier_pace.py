"""What a dossier says of when: bounds, hours and nights read into its sources, refused if they are none."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.dossier import DossierError, loads, sources
from scheduler.due import known_sources
from scraper.hours import Hours
from tests.site import (
    GUANGZHOU,
    HEFEI,
    QTWJ,
    START,
    Monitor,
    Pages,
    bound,
    cited,
    dossier_text,
    page,
    row,
)

DAY = timedelta(days=1)


def dossier(
    head: str = "", lists: dict[str, object] | None = None, citation: dict[str, object] | None = None
):
    text = dossier_text(
        citations=[cited(HEFEI, 1, **(citation or {}))],
        lists=[{"name": "list", "url": QTWJ, **(lists or {})}],
    )
    return loads(head + text, Path("d.toml"))


def test_a_list_has_its_bounds_hours_and_mornings() -> None:
    wishes = {"interval": "1d", "rarest": "1w", "hours": "08:30-17:30", "mornings": "2h"}
    found = sources(dossier(lists=wishes))[-1]
    assert (found.rarest, found.mornings) == (7 * DAY, timedelta(hours=2))
    assert found.hours == Hours(time(8, 30), time(17, 30), weekdays=True)


def test_a_document_has_its_dossiers_bound_and_its_own_hours() -> None:
    (found, _) = sources(dossier('rarest = "3d"\n', citation={"hours": "09:00-12:00"}))
    assert found.rarest == 3 * DAY
    assert found.hours == Hours(time(9), time(12), weekdays=True)


def test_a_document_that_is_followed_has_the_bound_that_its_dossier_has_now(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    pages.put(QTWJ, bound(QTWJ, [row(GUANGZHOU)])[QTWJ])
    text = dossier_text(zones=(HEFEI,), lists=[{"name": "list", "url": QTWJ}])
    with Monitor(tmp_path, pages, text) as monitor:
        monitor.at(START)
        bounded = loads('rarest = "3d"\n' + text, tmp_path / "d.toml")
        by_id = {source.id: source.rarest for source in known_sources(bounded, monitor.store)}
    assert by_id == {"d/fn01": 3 * DAY, "d/list": None, "d/t20200904_158650": 3 * DAY}


def test_a_hosts_night_is_the_dossiers() -> None:
    assert dossier().quiet == {}
    text = dossier_text(zones=(HEFEI,)) + '\n[quiet]\n"www.most.gov.cn" = "23:00-06:00"\n'
    assert loads(text, Path("d.toml")).quiet == {"www.most.gov.cn": Hours(time(23), time(6))}


def test_without_a_word_of_it_nothing_is_bounded() -> None:
    for source in sources(dossier()):
        assert (source.rarest, source.hours, source.mornings) == (None, None, None)


@pytest.mark.parametrize(
    ("wishes", "line"),
    [
        ({"hours": "9-12"}, 'lists[list].hours: expected hours of the day in China such as "08:30-17:30"'),
        ({"hours": "12:00-12:00"}, "two different hours of the day"),
        ({"hours": 9}, "hours of the day in China"),
        ({"mornings": "6h", "interval": "6h"}, "lists[list].mornings: expected a time shorter than"),
        ({"rarest": "6h", "interval": "1d"}, "lists[list].rarest: expected a time no shorter than"),
        ({"rarest": "0d"}, "longer than nothing"),
        ({"morning": "2h"}, 'lists[list].morning: unknown key, expected "mornings"'),
    ],
)
def test_a_wish_that_is_none_is_refused_by_its_name(wishes: dict[str, object], line: str) -> None:
    with pytest.raises(DossierError) as refused:
        dossier(lists=wishes)
    assert line in str(refused.value)


def test_a_night_that_is_none_is_refused_by_its_host() -> None:
    with pytest.raises(DossierError, match=r"quiet.*hours of the day in China"):
        loads(dossier_text(zones=(HEFEI,)) + '\n[quiet]\n"a.cn" = "late"\n', Path("d.toml"))
