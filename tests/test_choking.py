"""A page that is made to be slow holds nobody up: small sizes of `make torture`, and what they found."""

import time

import pytest

from benchmarks.choking import Held, held
from monitor.search_words import MOST, index_words
from monitor.supersession import repealing
from monitor.titles import LONG, normalise

KIB = 20


@pytest.fixture(scope="module")
def all_held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Held, ...]:
    return tuple(held(KIB, tmp_path_factory.mktemp("choking"), most=1))


def test_a_pass_over_a_page_made_to_be_slow_is_short(all_held: tuple[Held, ...]) -> None:
    assert len({one.name for one in all_held}) >= 12
    assert max(one.seconds for one in all_held) < 5
    assert {kind for one in all_held for kind in one.outcomes} <= {"good", "redirected", "empty"}


def seconds(work: object, *words: object) -> float:
    began = time.process_time()
    work(*words)  # type: ignore[operator]
    return time.process_time() - began


@pytest.mark.parametrize(
    "text",
    [
        "支持合肥市建设试验区，废止关于支持合肥市建设试验区，合肥市\n" * 10_000,
        "现废止下列文件：\n" + "《关于某事的通知》（国科发〔2019〕1号）\n" * 10_000,
        "废止，" * 100_000,
        "同时，" * 100_000 + "废止。",
        "《关于某事的通知》，同时" * 50_000 + "废止",
        "《" * 500_000 + "废止",
    ],
    ids=["lines without an end", "a list without an end", "cues", "bare clauses", "titles", "open brackets"],
)
def test_sentences_of_repeal_are_found_in_time(text: str) -> None:
    assert seconds(repealing, "关于某事的通知", text) < 5


def test_a_long_list_of_repeals_is_still_one_sentence() -> None:
    items = [f"《关于第{number}项工作的通知》（国科发〔2019〕{number}号）" for number in range(1, 801)]
    (found,) = repealing("决定", "现决定废止下列文件：\n" + "\n".join(items) + "\n")
    assert len(found.targets) == 800


def test_a_text_of_traditional_characters_is_simplified_in_time_and_alike() -> None:
    text = "國家新一代人工智能創新發展試驗區" * (LONG // 10)
    assert seconds(normalise, text) < 3
    assert normalise(text) == normalise(text[:16]) * (LONG // 10)


def test_a_text_without_an_end_is_indexed_in_time_from_its_beginning() -> None:
    text = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(1_000_000))
    began = time.process_time()
    found = index_words(text)
    assert time.process_time() - began < 5
    assert len(found) <= MOST and found[:3] == index_words(text[:100])[:3]
