"""Time stamps of an authority: asked for, kept only if they prove what they are for, checked offline."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.fetch import Fetcher, Policy
from scraper.model import Fetch, Hop, Trouble
from scraper.timestamps import (
    QUERY,
    Question,
    StampError,
    certificates_of,
    check,
    granted,
    question,
    stamped_at,
)
from tests.authority import Authority, served

DATA = b'{"day":"2026-12-01"}'
NOW = datetime(2026, 12, 2, 0, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def other() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def stamp(authority: Authority) -> bytes:
    return granted(*asked(authority))


def answered(content: bytes, status: int = 200) -> Fetch:
    hop = Hop("http://tsa.test/", status, ())
    return Fetch("http://tsa.test/", NOW, 0.0, (hop,), content, content)


def asked(authority: Authority, data: bytes = DATA) -> tuple[Fetch, bytes, Question]:
    made = question(data)
    return answered(authority.answer(made.request)), data, made


def test_a_stamp_proves_the_hour_at_which_its_authority_saw_the_data(
    authority: Authority, stamp: bytes
) -> None:
    assert check(stamp, DATA, certificates_of(authority.pem)) == authority.at
    assert stamped_at(stamp) == authority.at


def test_two_questions_differ_by_their_number_alone() -> None:
    one, two = question(DATA), question(DATA)
    assert one.nonce != two.nonce and len(one.request) < 120
    assert DATA not in one.request  # the authority learns a digest, never what it was made from


def test_a_stamp_for_other_data_is_none(authority: Authority, stamp: bytes) -> None:
    with pytest.raises(StampError, match="the stamp does not hold"):
        check(stamp, DATA + b" ", certificates_of(authority.pem))


def test_a_stamp_of_another_authority_is_none(other: Authority, stamp: bytes) -> None:
    with pytest.raises(StampError, match="the stamp does not hold: Verify error: certificate"):
        check(stamp, DATA, certificates_of(other.pem))


def test_no_flipped_bit_changes_what_a_stamp_proves(authority: Authority, stamp: bytes) -> None:
    roots, still = certificates_of(authority.pem), []
    for place in range(0, len(stamp), 7):
        damaged = bytearray(stamp)
        damaged[place] ^= 1
        try:
            still.append(check(bytes(damaged), DATA, roots))
        except StampError:
            continue
    # CMS leaves a few numbers of its envelope (RFC 5652, CMSVersion) unsigned; they say nothing of the hour.
    assert set(still) <= {authority.at} and len(still) < len(stamp) / 7 / 50


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"<html>", 200, "no time stamp"),
        (b"", 200, "no time stamp"),
        (b"", 500, "status 500"),
    ],
)
def test_an_answer_that_is_no_stamp_is_refused(content: bytes, status: int, said: str) -> None:
    with pytest.raises(StampError, match=said):
        granted(answered(content, status), DATA, question(DATA))


def test_a_refusal_is_told_in_the_authoritys_words(other: Authority) -> None:
    other.refuses = True
    with pytest.raises(StampError, match=r"http://tsa\.test/: refused: not today"):
        granted(*asked(other))
    other.refuses = False


def test_a_stamp_that_answers_another_question_is_refused(authority: Authority, other: Authority) -> None:
    fetch, _, _ = asked(authority)
    with pytest.raises(StampError, match="not for what it was asked for"):
        granted(fetch, DATA, question(DATA))  # another number: an old answer played back
    other.lies = True
    with pytest.raises(StampError, match="not for what it was asked for"):
        granted(*asked(other))
    other.lies = False


def test_a_network_that_fails_is_told() -> None:
    fetch = Fetch("http://tsa.test/", NOW, 0.0, trouble=Trouble.REFUSED, detail="connect: refused")
    with pytest.raises(StampError, match=r"http://tsa\.test/: connect: refused"):
        granted(fetch, DATA, question(DATA))


def test_a_file_without_a_root_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StampError, match="no certificates in PEM"):
        certificates_of(b"nothing")


def test_over_the_network_the_answer_is_the_same(authority: Authority) -> None:
    made = question(DATA)
    with (
        served(authority) as address,
        Fetcher(Policy(allow_private=True, robots=False, pause=0.0), now=lambda: NOW) as web,
    ):
        answer = web.send(address, made.request, (("Content-Type", QUERY),))
        assert check(granted(answer, DATA, made), DATA, certificates_of(authority.pem)) == authority.at
        assert authority.asked[-1] == made.request
        wrong = web.send(address, made.request, (("Content-Type", "text/plain"),))
        with pytest.raises(StampError, match="status 400"):
            granted(wrong, DATA, made)
