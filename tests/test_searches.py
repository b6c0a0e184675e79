"""What a library's search is asked, and what a dossier may say of one."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from monitor.dossier import DossierError, load, loads
from monitor.dossier_model import Search
from monitor.searches import questions
from monitor.successors import Expected
from tests.site import dossier_text

ASKED = "https://search.gov.cn/data?q={words}&n=20"
LIBRARY = Search("library", ASKED)
TITLE, NUMBER = "科技部关于支持合肥建设国家新一代人工智能创新发展试验区的函", "国科函规〔2019〕185号"


def asked(**known: object) -> list[str]:
    urls = questions(LIBRARY, Expected(**known))  # type: ignore[arg-type]
    return [unquote(url)[len("https://search.gov.cn/data?q=") : -5] for url in urls]


def test_a_search_is_asked_for_title_and_number() -> None:
    assert asked(title=TITLE, document_number=NUMBER, zones=("合肥",), phrase="试验区") == [TITLE, NUMBER]


def test_without_either_it_is_asked_for_the_zone_and_without_that_for_nothing() -> None:
    assert asked(zones=("合肥",), phrase="国家试验区") == ["合肥 国家试验区"]
    assert asked(phrase="国家试验区") == asked() == []
    assert asked(title="科技部关于支持合肥建设国家新一代…", document_number=NUMBER) == [NUMBER]


def test_words_are_escaped_whole() -> None:
    (url,) = questions(LIBRARY, Expected(title="关于 A&B=C/D？的通知"))
    words = "%E5%85%B3%E4%BA%8E%20A%26B%3DC%2FD%EF%BC%9F%E7%9A%84%E9%80%9A%E7%9F%A5"
    assert url == ASKED.replace("{words}", words)


SEARCH = '\n[[searches]]\nname = "library"\nurl = "https://a.gov.cn/?q={words}"\n'


def test_a_dossier_names_its_searches(tmp_path: Path) -> None:
    made = loads(dossier_text() + SEARCH, tmp_path / "d.toml")
    assert made.searches == (Search("library", "https://a.gov.cn/?q={words}"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SEARCH.replace("{words}", ""), "searches[library].url: expected an address with {words} once"),
        (SEARCH.replace("{words}", "{words}{words}"), "{words} once"),
        (SEARCH.replace("{words}", "{words}{page}"), "{words} once"),
        (SEARCH.replace("https:", "ftp:"), "an address that begins with http"),
        (SEARCH + "enabled = false\n", "searches[library].because: expected why the search is off"),
        (SEARCH + SEARCH, "searches[library].name: expected each name once"),
        (SEARCH.replace("name", "nome"), "unknown key"),
    ],
)
def test_a_search_that_cannot_be_asked_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DossierError) as met:
        loads(dossier_text() + text, tmp_path / "d.toml")
    assert said in str(met.value) and "\n" not in str(met.value)


def test_the_shipped_search_is_off_and_says_why() -> None:
    (search,) = load(Path(__file__).parents[1] / "dossiers" / "ai_pilot_zones.toml").searches
    assert not search.enabled and "robots.txt" in (search.because or "")
