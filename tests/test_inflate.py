"""Content codings: whole, cut, lying and poisonous."""

import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.inflate import Inflated, inflate
from scraper.model import Completeness

LIMIT = 1_000_000
TEXT = "国家新一代人工智能创新发展试验区".encode() * 500


def raw_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return machine.compress(data) + machine.flush()


CODED = {
    "gzip": gzip.compress,
    "X-GZip": gzip.compress,
    "deflate": zlib.compress,
    "deflate ": raw_deflate,
    "identity": bytes,
    "": bytes,
}


@given(st.sampled_from(sorted(CODED)), st.binary(max_size=5000))
def test_what_was_coded_comes_back(coding: str, data: bytes) -> None:
    assert inflate(CODED[coding](data), coding, LIMIT) == Inflated(data)


@pytest.mark.parametrize("coding", [None, "", "identity", "UTF-8", "gbk", "none", "identity, gb2312"])
def test_no_coding_or_a_charset_in_its_place_is_the_body_itself(coding: str | None) -> None:
    assert inflate(TEXT, coding, LIMIT) == Inflated(TEXT)


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    assert inflate(gzip.compress(zlib.compress(TEXT)), "deflate, gzip", LIMIT) == Inflated(TEXT)


def test_members_of_one_gzip_follow_each_other() -> None:
    assert inflate(gzip.compress(TEXT) + gzip.compress(b"more"), "gzip", LIMIT).content == TEXT + b"more"


def test_padding_after_the_end_is_dropped() -> None:
    assert inflate(gzip.compress(TEXT) + b"\0" * 100, "gzip", LIMIT) == Inflated(TEXT)


@given(st.integers(1, 60))
def test_gzip_without_its_end_is_cut_wherever_it_was_cut(missing: int) -> None:
    made = inflate(gzip.compress(TEXT)[:-missing], "gzip", LIMIT)
    assert made.completeness is Completeness.CUT_CODING
    assert TEXT.startswith(made.content)
    assert "gzip" in made.detail


@pytest.mark.parametrize("coder", [zlib.compress, raw_deflate])
def test_deflate_without_its_end_is_cut(coder: object) -> None:
    assert callable(coder)
    made = inflate(coder(TEXT)[:-3], "deflate", LIMIT)
    assert made.completeness is Completeness.CUT_CODING


def test_a_cut_of_much_keeps_what_came_before() -> None:
    data = bytes(range(256)) * 3000
    made = inflate(gzip.compress(data, compresslevel=0)[:300_000], "gzip", LIMIT)
    assert len(made.content) > 200_000 and data.startswith(made.content)


def test_a_wrong_checksum_is_no_whole_content() -> None:
    coded = bytearray(gzip.compress(TEXT))
    coded[-6] ^= 0xFF
    assert inflate(bytes(coded), "gzip", LIMIT).completeness is Completeness.CUT_CODING


def test_plain_text_that_claims_to_be_gzip_is_no_content() -> None:
    made = inflate(b"<html>plain</html>", "gzip", LIMIT)
    assert made.completeness is Completeness.CUT_CODING and made.content == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br"])
def test_an_unknown_coding_is_named_and_leaves_nothing(coding: str) -> None:
    made = inflate(b"anything", coding, LIMIT)
    assert made.content == b"" and made.completeness is Completeness.CUT_CODING
    assert "unknown content coding" in made.detail


def test_too_many_layers_are_refused() -> None:
    assert inflate(TEXT, ", ".join(["gzip"] * 50), LIMIT).completeness is Completeness.CUT_CODING


def test_an_empty_body_is_whole_under_every_coding() -> None:
    for coding in ("gzip", "deflate", None):
        assert inflate(b"", coding, LIMIT) == Inflated(b"")


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT])
def test_content_up_to_the_limit_is_whole(size: int) -> None:
    assert inflate(gzip.compress(b"x" * size), "gzip", LIMIT).completeness is Completeness.WHOLE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "deflate ", ""])
def test_a_byte_more_than_the_limit_is_too_large(coding: str) -> None:
    made = inflate(CODED[coding](b"x" * (LIMIT + 1)), coding, LIMIT)
    assert made.completeness is Completeness.TOO_LARGE
    assert made.content == b"x" * LIMIT


def test_a_bomb_stays_within_the_bound() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 200_000_000))
    tracemalloc.start()
    made = inflate(bomb, "gzip, gzip", LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.completeness is Completeness.TOO_LARGE
    assert len(made.content) == LIMIT
    assert peak < 10 * LIMIT


def test_a_flood_of_empty_members_costs_no_time() -> None:
    began = time.process_time()
    made = inflate(gzip.compress(b"") * 40_000, "gzip", LIMIT)
    assert made.completeness is Completeness.CUT_CODING
    assert time.process_time() - began < 2


@given(st.sampled_from(["gzip", "deflate", "gzip, deflate", "x"]), st.binary())
def test_no_bytes_raise(coding: str, data: bytes) -> None:
    assert len(inflate(data, coding, 100).content) <= 100
