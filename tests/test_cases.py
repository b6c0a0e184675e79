"""A fixture folder is a test: it is added, fails until somebody looked, names what differs."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.cases import END, Case, accept, add, check, collect, differences, digest, name_of, slug

PAGE = """<html><head><title>关于一件事的通知-中华人民共和国科学技术部</title></head><body>
<div class="xxgk_detail_head"><table class="bd1">
<tr><td><b>标　　题：</b></td><td>关于一件事的通知</td></tr>
<tr><td><b>成文日期：</b></td><td>2020-09-03</td></tr><tr><td><b>发布日期：</b></td><td>2020年09月04日</td></tr>
<tr><td><b>发文字号：</b></td><td>国科函规〔2020〕171号</td></tr>
<tr><td><b>发文机构：</b></td><td>科技部</td></tr></table></div>
<div class="xxgk_title">关于一件事的通知</div>
<div id="Zoom"><meta name="ContentStart"/><p>现将有关事项通知如下，</p><meta name="ContentEnd"/></div>
</body></html>"""
URL = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202009/t20200904_158650.html"


def added(root: Path, content: bytes = PAGE.encode(), **changes: Any) -> Case:
    facts: dict[str, Any] = {
        "url": URL,
        "status": 200,
        "headers": (("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b")),
        "fetched": datetime(2021, 3, 10, 4, tzinfo=UTC),
        "origin": "captured 2021-03-10 from visit V12",
        "reader": "most",
        "name": None,
    }
    return add(root, content=content, **{**facts, **changes})


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case that passes."""
    made = added(tmp_path)
    accept(made)
    assert check(made) == []
    return made


def test_a_case_keeps_the_bytes_and_how_they_came(tmp_path: Path) -> None:
    content = PAGE.encode("gb18030")
    made = added(tmp_path, content)
    assert made.content == content
    assert made.meta["url"] == URL and made.meta["status"] == 200
    assert made.meta["headers"].count(["Set-Cookie", "b"]) == 1 and len(made.meta["headers"]) == 3
    assert made.meta["fetched"] == "2021-03-10T04:00:00+00:00"
    assert made.meta["origin"].startswith("captured")
    assert made.id == "most/t20200904_158650"


def test_a_missing_expectation_is_written_and_still_fails(tmp_path: Path) -> None:
    made = added(tmp_path)
    assert made.expected is None
    (said,) = check(made)
    assert said.startswith("expected.json")
    assert made.expected is not None and made.expected["kind"] == "notice"
    assert check(made) == []


def test_a_difference_names_its_field(case: Case) -> None:
    expected = case.expected
    assert expected is not None
    expected["title"] = "关于另一件事的通知"
    expected["fields"]["published"]["from"] = "meta PubDate"
    (case.folder / "expected.json").write_text(json.dumps(expected), "utf-8")
    title, source = check(case)
    assert title.startswith("title: expected") and "另一件事" in title and "关于一件事的通知" in title
    assert source.startswith("fields.published.from: expected")


def test_accepting_rewrites_the_expectation(case: Case) -> None:
    (case.folder / "expected.json").write_text('{"kind": "listing"}', "utf-8")
    assert check(case) != []
    accept(case)
    assert check(case) == []


def test_a_re_encoded_page_is_damage_and_not_a_difference(case: Case) -> None:
    (case.folder / "page.html").write_bytes(PAGE.replace("\n", "\r\n").encode())
    (said,) = check(case)
    assert said.startswith("sha256") and "re-encoded" in said


@pytest.mark.parametrize("name", ["page.html", "page.json"])
def test_a_missing_file_is_said(case: Case, name: str) -> None:
    (case.folder / name).unlink()
    assert check(case) == [f"{name}: missing"]


def test_a_missing_fact_is_said(case: Case) -> None:
    meta = case.meta
    del meta["origin"]
    (case.folder / "page.json").write_text(json.dumps(meta), "utf-8")
    assert check(case) == ["page.json: origin is missing"]


def test_the_text_is_kept_as_digest_and_both_ends(case: Case) -> None:
    assert case.expected is not None
    text = case.expected["text"]
    assert set(text) == {"characters", "sha256", "begins", "ends"}
    assert "现将有关事项" in text["begins"]


@given(st.text())
def test_a_digest_changes_with_the_text(text: str) -> None:
    found = digest(text)
    assert found["characters"] == len(text)
    assert text.startswith(found["begins"]) and text.endswith(found["ends"])
    assert len(found["begins"]) == len(found["ends"]) == min(END, len(text))
    assert digest(text + "。")["sha256"] != found["sha256"]


def test_without_a_reader_the_template_names_the_folder(tmp_path: Path) -> None:
    assert added(tmp_path, reader=None).folder.parent.name == "most"
    assert added(tmp_path, b"\x89PNG\r\n\x1a\n", reader=None).folder.parent.name == "generic"


def test_a_second_case_of_one_page_gets_a_number(tmp_path: Path) -> None:
    assert [added(tmp_path, name="a page").folder.name for _ in range(3)] == [
        "a-page",
        "a-page-2",
        "a-page-3",
    ]


@pytest.mark.parametrize("origin", ["", "found on a disk", "reconstructed by hand", "recaptured"])
def test_an_origin_is_captured_or_reconstructed(tmp_path: Path, origin: str) -> None:
    with pytest.raises(ValueError, match="captured"):
        added(tmp_path, origin=origin)
    assert list(tmp_path.iterdir()) == []


def test_a_history_and_loose_files_are_no_cases(tmp_path: Path, case: Case) -> None:
    shutil.copytree(case.folder, tmp_path / "history" / "2020-03-12")
    (tmp_path / "README.md").write_text("", "utf-8")
    (tmp_path / "most" / "empty").mkdir()
    assert collect(tmp_path) == [case]


def test_half_a_case_is_collected_so_that_it_can_fail(tmp_path: Path, case: Case) -> None:
    (case.folder / "page.html").unlink()
    assert collect(tmp_path) == [case]


def test_headers_may_be_written_as_an_object(case: Case) -> None:
    meta = {**case.meta, "headers": {"content-type": "text/html; charset=utf-8"}}
    (case.folder / "page.json").write_text(json.dumps(meta), "utf-8")
    assert check(case) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_a_document_does_not_differ_from_itself(document: Any) -> None:
    assert list(differences(document, json.loads(json.dumps(document)))) == []


@given(JSON, JSON)
def test_two_documents_that_differ_do_so_in_a_named_field(one: Any, other: Any) -> None:
    found = list(differences({"x": one}, {"x": other}))
    assert bool(found) == (without_nulls(one) != without_nulls(other))
    assert all(line.startswith("x") for line in found)


def without_nulls(value: Any) -> Any:
    """An absent field and null are the same."""
    if isinstance(value, dict):
        return ("object", {key: without_nulls(item) for key, item in value.items() if item is not None})
    if isinstance(value, list):
        return ("array", [without_nulls(item) for item in value])
    return value


def test_a_list_of_another_length_is_one_difference() -> None:
    (said,) = differences({"entries": [1, 2]}, {"entries": [1]})
    assert said == "entries: expected [1, 2], read [1]"


@given(st.text(max_size=200))
def test_every_name_becomes_a_folder_that_stays_inside(name: str) -> None:
    assert slug(name) and not {"/", "\\", ".", ":", "\0"} & set(slug(name))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (URL, "t20200904_158650"),
        ("https://www.gov.cn/zhengce/zuixin/", "zuixin"),
        ("https://www.gov.cn/", "www.gov.cn"),
        (None, "page"),
    ],
)
def test_the_address_names_a_case(url: str | None, name: str) -> None:
    assert name_of(url) == name
