"""Every feed is valid by RFC 4287's grammar, and the grammar of these tests refuses what is not."""

import re
from pathlib import Path

import pytest
from lxml import etree

import reports
from tests.hostile_texts import ADDRESSES, HOSTILE
from tests.reports_sample import hostile_report, report, view

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
FEED = reports.render(report(), "atom")


def check(feed: str) -> None:
    assert GRAMMAR.validate(etree.fromstring(feed.encode())), GRAMMAR.error_log.last_error


def test_a_report_is_a_valid_feed() -> None:
    check(FEED)


def test_a_report_of_nothing_is_a_valid_feed() -> None:
    check(reports.render(report(view(findings=())), "atom"))


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_a_feed_of_hostile_texts_is_valid(place: int) -> None:
    check(reports.render(hostile_report(HOSTILE[place]), "atom"))


@pytest.mark.parametrize("place", range(len(ADDRESSES)))
def test_a_feed_of_hostile_addresses_is_valid(place: int) -> None:
    check(reports.render(hostile_report("甲", ADDRESSES[place]), "atom"))


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        (r"<id>urn:[^<]*</id>", ""),
        (r"<id>(urn:[^<]*)</id>", r"<id>\1</id><id>\1</id>"),
        (r"<id>urn:[^<]*</id>", "<id>no address</id>"),
        (r"<title>[^<]*</title>", ""),
        (r"<updated>[^<]*</updated>", ""),
        (r"<updated>[^<]*</updated>", "<updated>2021-03-25</updated>"),
        (r"<updated>[^<]*</updated>", "<updated>2021-03-25T04:00:00</updated>"),
        (r"<name>zonewatch</name>", ""),
        (r'<category term="[^"]*"', "<category"),
        (r'<link rel="alternate" href="[^"]*"', '<link rel="alternate"'),
        (r'<content type="text">', '<content type="script">'),
        (r"<subtitle>", "<subtitle>x</subtitle><subtitle>"),
        (r"<entry>", "<entry><b>bold</b>"),
        (r"</feed>", "<script>1</script></feed>"),
        (r"<entry>", "<entry><generator>x</generator>"),
    ],
)
def test_the_grammar_refuses_what_the_rfc_forbids(pattern: str, instead: str) -> None:
    broken, count = re.subn(pattern, instead, FEED, count=1)
    assert count == 1
    assert not GRAMMAR.validate(etree.fromstring(broken.encode()))
