"""Lists of pages brought in: tables, addresses, documents; what is known, wrong or taken is said by line."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from monitor.dossier import loads
from monitor.model import Role
from scheduler.due import known_sources
from scraper.addresses import match_key
from storage.store import Store
from zonewatch.cli import cli
from zonewatch.source_lists import name_of, read_list

SHIPPED = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910/t20191018_149420.htm"
DOCUMENT = "¹ http://a.cn/1.htm\n\nhttp://a.cn/2.htm\n\n³ http://a.cn/3.htm\n"


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


def run(folder: Path, *words: object) -> Result:
    result = CliRunner().invoke(cli, ["--db", str(folder / "zw.db"), *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def brought(folder: Path, text: str, *words: object, name: str = "list.csv") -> Any:
    (folder / name).write_text(text, encoding="utf-8")
    return json.loads(run(folder, "source", "import", folder / name, "--json", *words).stdout)


def watched(folder: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads(run(folder, "sources", "--dossier", "ai-pilot-zones", "--json").stdout)["sources"]
    return {row["url"]: row for row in rows}


def test_a_table_brings_its_pages_with_all_that_it_says_of_them(tmp_path: Path) -> None:
    table = (
        "网址,Title,文号,name,interval,footnote,role\n"
        "http://a.gov.cn/x/t20200904_158650.html,一份函,国科函规〔2020〕1号,letter,2d,7,\n"
        "http://a.gov.cn/list/,,,news,1h,,listing\n"
    )
    done = brought(tmp_path, table)
    assert [one["id"] for one in done["added"]] == ["ai-pilot-zones/letter", "ai-pilot-zones/news"]
    letter = watched(tmp_path)["http://a.gov.cn/x/t20200904_158650.html"]
    assert (letter["interval_seconds"], letter["footnote"], letter["state"]) == (172800, 7, "unknown")
    with Store.open(str(tmp_path / "zw.db")) as store:
        letter_, news = store.imported("ai-pilot-zones")
    assert (letter_.title, letter_.document_number) == ("一份函", "国科函规〔2020〕1号")
    assert news.role is Role.LISTING


def test_addresses_stand_one_a_line_with_remarks_between(tmp_path: Path) -> None:
    done = brought(tmp_path, "\ufeff# ours\n\n http://a.cn/1.html \nhttps://b.cn/\n", name="list.txt")
    assert [one["url"] for one in done["added"]] == ["http://a.cn/1.html", "https://b.cn/"]


def test_a_folder_brings_what_its_documents_cite(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "deeper").mkdir(parents=True)
    (folder / "one.txt").write_text(DOCUMENT, encoding="utf-8")
    (folder / "deeper" / "two.md").write_text("¹ http://a.cn/1.htm\n\n² gone\n", encoding="utf-8")
    (folder / "three.txt").write_bytes("¹ 网页".encode("gb18030"))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    done = run(tmp_path, "source", "import", folder, "--json")
    said = json.loads(done.stdout)
    assert [one["url"] for one in said["added"]] == [f"http://a.cn/{number}.htm" for number in (1, 2, 3)]
    assert [one["line"] for one in said["refused"]] == ["three.txt"]
    assert (done.exit_code, "expected a text in UTF-8" in done.stderr) == (1, True)
    assert [one["line"] for one in said["known"]] == ["one.txt: footnote 1"]
    with Store.open(str(tmp_path / "zw.db")) as store:
        second = {one.url: one.because for one in store.imported("ai-pilot-zones")}["http://a.cn/2.htm"]
    assert second is not None and second.startswith("footnote 2 of one.txt, repaired (lost footnote number 2")


def test_a_page_that_is_known_by_another_spelling_is_passed_over(tmp_path: Path) -> None:
    text = f"url\nhttps://www.a.cn/x/index.html\nhttp://A.cn:80/x/\n{SHIPPED}l\n"
    done = brought(tmp_path, text)
    assert [one["url"] for one in done["added"]] == ["https://www.a.cn/x/index.html"]
    assert [one["line"] for one in done["known"]] == ["list.csv:3", "list.csv:4"]
    assert "ai-pilot-zones/fn05" in done["known"][1]["because"]
    assert brought(tmp_path, text)["added"] == []


def test_every_wrong_line_is_named_and_the_others_come_in(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "url,name,interval,role,footnote,colour\n"
        "ftp://a.cn/1,,,,,\n"
        "http://a.cn/2,,,,,red\n"
        "http://a.cn/3,Fn 3,,,,\n"
        "http://a.cn/4,,soon,,,\n"
        "http://a.cn/5,,,search,,\n"
        "http://me:secret@a.cn/6,,,,,\n"
        f"http://a.cn/{'7' * 5000},,,,,\n"
        "http://a.cn/8,,,,none,\n"
        ",,1d,,,\n"
        "http://a.cn/10,same,,,,\n"
        "http://a.cn/11,same,,,,\n",
        encoding="utf-8",
    )
    done = run(tmp_path, "source", "import", path)
    assert (done.exit_code, done.stdout) == (
        1,
        f"{path}: 2 added to ai-pilot-zones, 0 known already, 9 refused\n",
    )
    named = [line.partition(": ")[0] for line in done.stderr.splitlines()]
    assert named == [str(path), *(f"list.csv:{number}" for number in (2, 4, 5, 6, 7, 8, 9, 10, 12))]
    assert "colour" in done.stderr.splitlines()[0] and "secret" not in done.stderr
    mended = path.read_text(encoding="utf-8").replace("ftp://a.cn/1", "http://a.cn/1")
    assert len(brought(tmp_path, mended)["added"]) == 1


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    dry = brought(tmp_path, "http://a.cn/1.html\nnot an address\n", "--dry-run", name="list.txt")
    assert (tmp_path / "zw.db").exists()
    with Store.open(str(tmp_path / "zw.db")) as store:
        assert store.imported("ai-pilot-zones") == ()
    wet = brought(tmp_path, "http://a.cn/1.html\nnot an address\n", name="list.txt")
    assert dry | {"dry_run": False} == wet


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.txt", None, "cannot be read"),
        ("table.csv", b"title,page\na,b\n", "expected a first line that names a column `url`"),
        ("other.txt", b"\xff\xfe\x00", "expected a text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_a_list_is_refused_whole(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run(tmp_path, "source", "import", tmp_path / name)
    assert (done.exit_code, done.stdout) == (1, "") and said in done.stderr


def test_a_folder_without_documents_and_an_unknown_dossier_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert "holds no document" in run(tmp_path, "source", "import", tmp_path / "none").stderr
    assert "known are" in run(tmp_path, "source", "import", tmp_path, "--dossier", "nobodys").stderr


def test_what_was_imported_is_taken_off_again_and_nothing_else(tmp_path: Path) -> None:
    brought(tmp_path, "url,name\nhttp://a.cn/1,one\nhttp://a.cn/2,two\nhttp://a.cn/3,three\n")
    assert run(tmp_path, "source", "remove", "one").stdout == "1 removed\n"
    wrong = run(tmp_path, "source", "remove", "two", "fn05")
    assert (wrong.exit_code, wrong.stdout) == (1, "1 removed\n") and "never imported" in wrong.stderr
    assert json.loads(run(tmp_path, "source", "remove", "--all", "--json").stdout)["removed"] == [
        "ai-pilot-zones/three"
    ]
    assert len(watched(tmp_path)) > 5
    assert run(tmp_path, "source", "remove").exit_code == 2


def test_an_imported_page_is_looked_at_as_any_other(tmp_path: Path) -> None:
    brought(tmp_path, "url,name,interval\nhttp://new.gov.cn/1.html,one,6h\n")
    path = Path(__file__).parents[1] / "dossiers" / "ai_pilot_zones.toml"
    mapped = path.read_text(encoding="utf-8") + '\n[readers]\n"new.gov.cn" = "most"\n'
    with Store.open(str(tmp_path / "zw.db")) as store:
        dossier = loads(mapped, path)
        found = {source.id: source for source in known_sources(dossier, store)}["ai-pilot-zones/one"]
    assert (found.reader, found.rarest, found.interval.total_seconds()) == ("most", dossier.rarest, 21600)


def test_ten_thousand_lines_take_seconds(tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    path.write_text("".join(f"http://h{n % 500}.cn/a/t2020_{n:06}.html\n" for n in range(10_000)))
    began = time.process_time()
    done = run(tmp_path, "source", "import", path)
    assert "10000 added" in done.stdout
    assert time.process_time() - began < 8


@given(st.text(min_size=1, max_size=60))
def test_a_name_is_always_one_that_an_id_may_have(text: str) -> None:
    url = f"http://a.cn/{text}"
    words = name_of(url).split("-")
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert name_of(url) == name_of(match_key(url).join(("https://www.", "")))


@given(st.binary(max_size=400))
def test_any_text_is_a_list_or_is_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "list.txt"
    path.write_bytes(raw.decode("utf-8", "replace").encode())
    for line in read_list(path, "d").lines:
        assert (line.source is None) == (line.refused is not None)
