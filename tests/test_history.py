"""The history as a folder: whole, dated right, and what the press prints."""

import csv
import json
import re
from datetime import date
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fixtures.press.documents import Document, copies, letters, notices
from fixtures.press.folder import DAYS, HISTORY, printed, write
from fixtures.press.sites import REDESIGN

LATER = {
    "guangzhou": "2020-09-04",
    "wuhan": "2020-09-04",
    "suzhou": "2021-03-24",
    "changsha": "2021-03-24",
    "shenyang": "2021-12-07",
    "harbin": "2021-12-07",
    "zhengzhou": "2021-12-07",
}
FOLDERS = tuple(sorted(path for path in HISTORY.iterdir() if path.is_dir()))
ITEMS = [
    (folder.name, item)
    for folder in FOLDERS
    for item in json.loads((folder / "index.json").read_text("utf-8"))
]
ANSWERS = [(day, item) for day, item in ITEMS if "url" in item]
PAGES = [(day, item) for day, item in ANSWERS if "file" in item]
GBK = "charset=(?:GBK|gb2312)"


def body(day: str, item: dict[str, Any]) -> bytes:
    return Path(HISTORY, day, item["file"]).read_bytes()


def text(day: str, item: dict[str, Any]) -> str:
    content = body(day, item)
    return content.decode("gb18030" if re.search(GBK, content.decode("latin-1")) else "utf-8")


def about(day: str, item: dict[str, Any]) -> dict[str, Any]:
    path = (HISTORY / day / item["file"]).with_suffix(".json")
    return dict(json.loads(path.read_text("utf-8")))


def standing(on: str) -> dict[str, dict[str, Any]]:
    """What each address answers on a day: its last word up to then, with the day it was said."""
    return {item["url"]: {"day": day, **item} for day, item in ANSWERS if day <= on}


def zones(folder: Path) -> list[dict[str, str]]:
    with (folder / "facts" / "zones.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def grams(words: str) -> set[str]:
    return {words[start : start + 5] for start in range(len(words) - 4)}


# --- the folder -------------------------------------------------------------------------------------


def test_the_folder_is_what_the_press_prints() -> None:
    kept = {
        path.relative_to(HISTORY).as_posix(): path.read_bytes()
        for path in HISTORY.glob("*/*")
        if path.is_file()
    }
    assert kept == printed()


def test_printing_again_gives_the_same_bytes_and_takes_away_what_is_stale(tmp_path: Path) -> None:
    write(tmp_path)
    stale, kept = tmp_path / "2020-03-12" / "atlantis.html", tmp_path / "README.md"
    stale.write_text("不存在")
    kept.write_text("说明")
    first = {path: path.read_bytes() for path in tmp_path.glob("*/*") if path != stale}
    write(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.glob("*/*")} == first
    assert kept.exists()


def test_the_story_has_its_days() -> None:
    assert [folder.name for folder in FOLDERS] == [day.isoformat() for day in DAYS] == sorted(map(str, DAYS))
    assert {"2020-03-12", "2020-09-03", "2021-03-10", "2021-12-06", "2022-01-05", *LATER.values()} <= set(
        map(str, DAYS)
    )


def test_the_readme_tells_every_day() -> None:
    told = re.findall(r"^\| (\d{4}-\d{2}-\d{2}) \|", (HISTORY / "README.md").read_text("utf-8"), re.MULTILINE)
    assert told == [folder.name for folder in FOLDERS]


def test_every_item_is_an_address_or_a_host() -> None:
    for day, item in ITEMS:
        if "url" in item:
            assert set(item) <= {"url", "status", "headers", "file"}, (day, item)
            assert date.fromisoformat(day) and urlsplit(item["url"]).hostname in {
                "www.most.gov.cn",
                "www.gov.cn",
            }
        else:
            assert set(item) in ({"host", "status"}, {"host", "redirect"}), (day, item)


def test_only_what_changed_is_listed() -> None:
    for day, item in ANSWERS:
        before = [told for earlier, told in ANSWERS if earlier < day and told["url"] == item["url"]]
        if before and "file" in item and "file" in before[-1]:
            earlier = max(said for said, told in PAGES if said < day and told["url"] == item["url"])
            old = {told["url"]: told for said, told in PAGES if said == earlier}[item["url"]]
            assert body(earlier, old) != body(day, item), (day, item["url"])


def test_no_file_is_without_an_address() -> None:
    named = {(day, item["file"]) for day, item in PAGES}
    found = {(folder.name, path.name) for folder in FOLDERS for path in folder.glob("*.html")}
    assert found == named
    beside = {(folder.name, path.stem) for folder in FOLDERS for path in folder.glob("*.json")}
    assert beside == {(day, file.removesuffix(".html")) for day, file in named} | {
        (f.name, "index") for f in FOLDERS
    }


@pytest.mark.parametrize(("day", "item"), PAGES, ids=[f"{day}/{item['file']}" for day, item in PAGES])
def test_a_page_is_described_as_it_is(day: str, item: dict[str, Any]) -> None:
    known = about(day, item)
    assert known["sha256"] == sha256(body(day, item)).hexdigest()
    assert known["origin"] == "reconstructed"
    assert known["fetched"] == f"{day}T04:00:00Z"
    assert {name: known[name] for name in ("url", "status", "headers")} == {
        name: item[name] for name in ("url", "status", "headers")
    }
    assert known["reader"] == ("govcn" if "www.gov.cn" in item["url"] else "most")


def test_pages_are_lean() -> None:
    sizes = [len(body(day, item)) for day, item in PAGES]
    assert max(sizes) <= 12_000
    assert sum(path.stat().st_size for path in HISTORY.rglob("*") if path.is_file()) < 1_500_000


# --- encodings --------------------------------------------------------------------------------------


def test_the_old_site_is_gbk_and_not_utf_8() -> None:
    old = [(day, item) for day, item in PAGES if item["url"].startswith("http://www.most.gov.cn/")]
    assert len(old) > 30
    for day, item in old:
        content = body(day, item)
        assert "科技部" in content.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")


def test_everything_else_is_utf_8() -> None:
    for day, item in PAGES:
        if not item["url"].startswith("http://www.most.gov.cn/"):
            assert "charset=utf-8" in body(day, item).decode("utf-8").lower()


def test_no_server_names_a_charset() -> None:
    assert {item["headers"]["Content-Type"] for _, item in PAGES} == {"text/html"}


def test_an_entity_tag_belongs_to_one_body() -> None:
    bodies: dict[str, bytes] = {}
    tagged = [(day, item) for day, item in PAGES if "ETag" in item["headers"]]
    assert tagged
    for day, item in tagged:
        assert bodies.setdefault(item["headers"]["ETag"], body(day, item)) == body(day, item)


# --- the facts --------------------------------------------------------------------------------------


def test_no_day_shows_a_document_before_its_publication() -> None:
    known = [document for document in (*letters(), *copies(), *notices()) if document.published > DAYS[0]]
    assert len(known) > 15
    for day, item in PAGES:
        for document in known:
            if day < document.published.isoformat() and not document.slug.startswith("govcn-"):
                assert document.title not in text(day, item), (day, document.slug)
                assert not document.number or document.number not in text(day, item), (day, document.slug)
    for day, item in ANSWERS:
        early = [document.slug for document in known if item["url"] in {document.old, document.new}]
        assert all(day >= document.published.isoformat() for document in known if document.slug in early)


@pytest.mark.parametrize(("slug", "day"), LATER.items())
def test_a_later_letter_shows_first_on_the_day_of_its_publication(slug: str, day: str) -> None:
    letter = next(letter for letter in letters() if letter.slug == slug)
    assert letter.published.isoformat() == day
    assert min(shown for shown, item in PAGES if letter.title in text(shown, item)) == day


def test_the_letters_are_those_of_the_facts(shared_folder: Path) -> None:
    rows = {row["doc_no"]: row for row in zones(shared_folder)}
    assert len(rows) == len(letters()) == 18
    for letter in letters():
        row = rows[letter.number]
        assert letter.title == row["official_title"]
        assert letter.signed is not None
        assert (letter.signed.isoformat(), letter.published.isoformat()) == (
            row["date_signed"],
            row["date_published"],
        )
        assert (letter.addressee, letter.index_number) == (row["addressee"], row["index_no"])
        assert (letter.new, letter.seen) == (row["new_url"], row["title_seen"])
        if row["old_url"]:
            assert (letter.old, letter.address) == (row["old_url"], row["old_url_from"])
    assert [copy.old for copy in copies()] == [
        row["govcn_copy"] for row in rows.values() if row["govcn_copy"]
    ]


def test_every_cited_address_answers_on_the_first_day_and_its_successor_on_the_last(
    shared_folder: Path,
) -> None:
    first, last = standing("2020-03-12"), standing("2022-01-05")
    with (shared_folder / "facts" / "url_repair.csv").open(encoding="utf-8") as file:
        cited = list(csv.DictReader(file))
    assert len(cited) == 12
    for row in cited:
        assert first[row["repaired_url_2020_form"]]["status"] == 200, row["footnote"]
        assert last[row["current_url"]]["status"] == 200, row["footnote"]


def test_look_alikes_have_the_titles_and_numbers_of_the_facts(shared_folder: Path) -> None:
    with (shared_folder / "facts" / "confusables.csv").open(encoding="utf-8") as file:
        rows = {row["n"]: row for row in csv.DictReader(file)}
    mine = {document.slug: document for document in notices()}
    for number, slug in {
        "1": "guideline-2019",
        "2": "guideline-2020",
        "4": "platforms-2019",
        "8": "parks-2021",
        "9": "parks-7-2019",
    }.items():
        assert rows[number]["verbatim"] == "yes" and mine[slug].title == rows[number]["title"]
        assert not rows[number]["doc_no"] or mine[slug].number == rows[number]["doc_no"]
    assert mine["guideline-2020"].new in rows["2"]["url"] and mine["parks-2021"].new in rows["8"]["url"]


def test_no_real_page_lends_its_words(shared_folder: Path) -> None:
    real = "".join(
        path.read_bytes().decode("gb18030" if "gbk" in path.name else "utf-8", errors="replace")
        for path in sorted((shared_folder / "pages").glob("*.html"))
    )
    bodies = {paragraph for document in (*letters(), *notices()) for paragraph in document.body}
    assert len(bodies) > 90
    assert [paragraph for paragraph in bodies if paragraph[:40] in real] == []


def test_letters_differ_more_than_real_documents_of_one_site_do() -> None:
    """FACTS: over pairs of real documents of one site the highest agreement was 0.71."""
    words = {letter.slug: grams("".join(letter.body)) for letter in letters()}
    agreement = [len(words[a] & words[b]) / len(words[a] | words[b]) for a, b in combinations(words, 2)]
    assert max(agreement) < 0.71


def test_a_letter_is_long_enough_to_be_seen_as_a_page() -> None:
    assert min(len("".join(letter.body)) for letter in letters()) >= 250


# --- what happens -----------------------------------------------------------------------------------


def test_quiet_days_change_nothing() -> None:
    assert [day for day in map(str, DAYS) if day not in {said for said, _ in ITEMS}] == [
        "2021-03-23",
        "2021-12-06",
    ]


def test_before_the_redesign_the_new_addresses_do_not_answer() -> None:
    early = [item for day, item in ANSWERS if date.fromisoformat(day) < REDESIGN]
    new = [item for item in early if item["url"].startswith("https://www.most.gov.cn/")]
    assert [(item["url"], item["status"]) for item in new] == [("https://www.most.gov.cn/tztg/", 302)]


def test_the_redesign_takes_every_old_page_away() -> None:
    after = standing(REDESIGN.isoformat())
    old = {url: item for url, item in after.items() if url.startswith("http://www.most.gov.cn/mostinfo/")}
    assert {item["status"] for item in old.values()} == {302, 404}
    assert all(item["headers"]["Location"] == "/" for item in old.values() if item["status"] == 302)
    assert [item for _, item in ITEMS if "redirect" in item] == [{"host": "www.most.gov.cn", "redirect": "/"}]
    assert after["https://www.most.gov.cn/"]["status"] == 200


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.slug)
def test_a_letter_keeps_its_number_title_and_id_where_it_stands_now(letter: Document) -> None:
    now = standing("2022-01-05")[letter.new]
    assert letter.new.endswith(f"_{letter.id}.html")
    for words in (letter.title, letter.number, letter.index_number, f"{letter.addressee}："):
        assert words in text(now["day"], now)
    if letter.published < REDESIGN:
        before = standing("2020-12-24")[letter.old]
        assert letter.title in text(before["day"], before) and letter.number in text(before["day"], before)


def test_gov_cn_moves_to_https_with_its_paths() -> None:
    after = standing("2022-01-05")
    plain = {url: item for url, item in after.items() if url.startswith("http://www.gov.cn/")}
    assert len(plain) == 5
    for url, item in plain.items():
        secure = url.replace("http:", "https:")
        assert (item["status"], item["headers"]) == (301, {"Location": secure})
        assert after[secure]["status"] == 200


def test_the_revision_repeals_the_guideline_and_is_filed_twice() -> None:
    revision = next(notice for notice in notices() if notice.slug == "guideline-2020")
    october, december = standing("2020-10-30"), standing("2020-12-24")
    assert "（国科发规〔2019〕298号）同时废止" in text("2020-10-30", october[revision.old])
    assert december[revision.old]["status"] == 404
    assert "日期：2020年10月29日" in text("2020-12-24", december[revision.old_refiled])


def test_one_word_of_one_letter_is_put_right() -> None:
    hefei = next(letter for letter in letters() if letter.slug == "hefei")
    before, after = standing("2021-03-25")[hefei.new], standing("2021-11-20")[hefei.new]
    wrong, right = text(before["day"], before), text(after["day"], after)
    differing = [(old, new) for old, new in zip(wrong, right, strict=True) if old != new]
    assert differing == [("式", "势")]
    assert before["headers"]["ETag"] != after["headers"]["ETag"]
    assert before["headers"]["Last-Modified"] != after["headers"]["Last-Modified"]
    again = {item["url"] for day, item in PAGES if day > "2021-03-10" and "qtwj2019" in item["url"]}
    assert again == {hefei.new}


def test_the_copies_on_gov_cn_show_only_the_year_of_publication() -> None:
    pages = [
        (day, item) for day, item in PAGES if item["file"] in {"govcn-suzhou.html", "govcn-changsha.html"}
    ]
    assert [day for day, _ in pages] == ["2021-03-25"] * 2
    for day, item in pages:
        assert re.search(r"发布日期：</td>\s*<td>2021年</td>", text(day, item))
        assert "2021-03-25-10:03:00" in text(day, item)
