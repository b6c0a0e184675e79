"""What would let others act in our name is never written, whatever a request carried."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import HOUR, NOW, fetch, hop, look, record

from monitor.model import Record, Seen
from scraper.model import Outcome, OutcomeKind
from storage.secrets import STRUCK, struck_address, struck_fetch
from storage.store import Store

ASKED = (
    ("Host", "a.gov.cn"),
    ("COOKIE", "session=hunter2"),
    ("Authorization", "LOW key:hunter2"),
    ("Proxy-Authorization", "Basic hunter2"),
    ("X-Api-Key", "hunter2"),
    ("Referer", "https://user:hunter2@a.gov.cn/?page=2"),
)


def test_secret_headers_are_struck_out_and_the_others_stay() -> None:
    got = struck_fetch(fetch(hops=(hop(request_headers=ASKED),)))
    assert got.hops[0].request_headers == (
        ("Host", "a.gov.cn"),
        ("COOKIE", STRUCK),
        ("Authorization", STRUCK),
        ("Proxy-Authorization", STRUCK),
        ("X-Api-Key", STRUCK),
        ("Referer", f"https://{STRUCK}@a.gov.cn/?page=2"),
    )


def test_what_the_site_says_is_evidence_and_stays() -> None:
    said = (("Set-Cookie", "session=a"), ("WWW-Authenticate", "Basic"), ("Authorization", "odd"))
    assert struck_fetch(fetch(hops=(hop(),))) == fetch(hops=(hop(),))
    hops = struck_fetch(fetch(hops=(fetch().hops[1].__class__("http://a/", 200, said),))).hops
    assert hops[0].headers == said


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://user:hunter2@a.gov.cn/b?c#d", f"https://{STRUCK}@a.gov.cn/b?c#d"),
        ("https://hunter2@a.gov.cn/", f"https://{STRUCK}@a.gov.cn/"),
        ("https://a.org/save?url=b&api_key=hunter2&x=1", f"https://a.org/save?url=b&api_key={STRUCK}&x=1"),
        ("https://a.org/?APIKEY=hunter2#there", f"https://a.org/?APIKEY={STRUCK}#there"),
        (
            "https://a.org/?access_token=hunter2;secret=hunter2",
            f"https://a.org/?access_token={STRUCK};secret={STRUCK}",
        ),
        ("https://a.org/?password=", f"https://a.org/?password={STRUCK}"),
        ("https://a.gov.cn/art_12@34.html?keyword=secret", "https://a.gov.cn/art_12@34.html?keyword=secret"),
        ("https://a.gov.cn/?t=1#x@y", "https://a.gov.cn/?t=1#x@y"),
        ("http://[half:hunter@", "http://[half:hunter@"),
    ],
)
def test_passwords_and_keys_leave_an_address_that_else_stays(address: str, kept: str) -> None:
    assert struck_address(address) == kept
    assert struck_address(kept) == kept


@given(st.text(max_size=60))
def test_striking_twice_is_striking_once(address: str) -> None:
    once = struck_address(address)
    assert struck_address(once) == once


def test_no_secret_is_anywhere_in_the_database(tmp_path: Path) -> None:
    secret = "https://user:hunter2@a.gov.cn/save?api_key=hunter2"
    with Store.open(str(tmp_path / "a.db")) as store:
        got = fetch(requested=secret, hops=(hop(secret, request_headers=ASKED, location=secret),))
        seen = Seen(look(url=secret), got, Outcome(OutcomeKind.GOOD, "gate"))
        store.keep(Record(seen, None), now=NOW)
        store.keep(record(NOW + HOUR, got=got), now=NOW)
        assert store.fetch_of(1) == struck_fetch(got)
        assert all(link.holds for link in store.links(seen.look.source))
        with store._read() as session:
            session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            hops = [store.hops(number) for number in (1, 2)]
    assert "hunter2" not in repr(hops)
    assert b"hunter2" not in (tmp_path / "a.db").read_bytes()
