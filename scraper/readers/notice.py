"""One page that fits a layout becomes one notice: every field with where it was read.

Precedence: labels of the header, then elements, then metas, then the text; a day in the address is
shown as a candidate and never taken (14 of 102 saved pages contradict theirs).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scraper.addresses import host
from scraper.chinese import NUMBER, find_dates, normalise_number, parse_date
from scraper.model import FieldReading, Notice
from scraper.readers.attachments import attachments
from scraper.readers.clues import Clues, read_clues
from scraper.readers.fields import Chosen, Found, alike, choose, equal
from scraper.readers.heads import (
    head_markup,
    is_site_name,
    meta_of,
    metas,
    page_title,
    plain_title,
    without_site,
)
from scraper.readers.labels import Head, Labelled, read_head
from scraper.readers.layout import Fit, MetaRule
from scraper.readers.page import Page, text_of
from scraper.readers.text import text_lines

_DATELINE = re.compile(
    r"\s*[\[（(【]?\s*((?:19|2\d)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|(?:19|2\d)\d\d年\d{1,2}月\d{1,2}日(?=\s*(?:\d{1,2}[:：]|来源)))"
    r"\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s*[\])）】]?\s*(?:$|[|丨【]|来源|作者|字号|信息|点击|浏览|文章|稿)"
)
_ADDRESS_DAY = re.compile(r"/t?((?:19|20)\d\d)(\d\d)(\d\d)[_/]|/((?:19|20)\d\d)-?(\d\d)[-/](\d\d)/")
_FULL_NUMBER = re.compile(NUMBER)


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a page says, read once: the fields take their candidates from here."""

    page: Page
    fit: Fit
    metas: dict[str, str]
    title: str
    head: Head
    text: str
    clues: Clues


CLOCK = re.compile(r"\d{1,2}[:：]\d{2}")
"""An hour beside a day: a document is published at an hour, it is signed on a day."""


def read_notice(page: Page, found: Fit) -> Notice | str:
    """Read a page by a layout that fits; a string says why it is no notice after all (it has no title)."""
    said = _sources(page, found)
    title = choose("title", _titles(said), alike)
    if title.value is None:
        return f"{found.layout.name}: no title in labels, {_words(found)}, headings, metas or <title>"
    published = choose("published", _published(said), equal)
    signed = choose("signed", _signed(said), equal)
    number = choose("document_number", _numbers(said), equal)
    issuer, addressee, index, source = (
        choose(name, _words_of(said, name), alike)
        for name in ("issuer", "addressee", "index_number", "source")
    )
    chosen: tuple[Chosen[str] | Chosen[date], ...] = (
        title,
        published,
        signed,
        number,
        issuer,
        addressee,
        index,
        source,
    )
    return Notice(
        url=page.url,
        reader=found.layout.reader,
        layout=found.layout.name,
        title=title.value,
        published=published.value,
        signed=signed.value,
        document_number=number.value,
        issuer=issuer.value,
        addressee=addressee.value,
        index_number=index.value,
        source=source.value,
        text=said.text,
        attachments=attachments(page, found.body),
        official=is_official(page.url),
        fields=(
            *(field.reading for field in chosen),
            FieldReading("text", f"element {found.layout.body.words}"),
        ),
        warnings=(
            *page.warnings,
            *(warning for field in chosen for warning in field.warnings),
            *_doubts(said, published.value, signed.value),
        ),
    )


def is_official(url: str | None) -> bool | None:
    """Whether an address stands on a government host of China; None if there is none."""
    name = host(url) if url else ""
    return (name == "gov.cn" or name.endswith(".gov.cn")) if name else None


def _sources(page: Page, found: Fit) -> Sources:
    """Read all places that fields come from."""
    stated = metas(page)
    title = plain_title(stated.get("articletitle", "")) or without_site(page_title(page))
    head = read_head(head_markup(found, title))
    text = text_lines(found.body)
    return Sources(page, found, stated, title, head, text, read_clues(text))


def _words(found: Fit) -> str:
    """Return where a layout's title stands, in words."""
    return found.layout.title.words if found.layout.title else "elements"


def _titles(said: Sources) -> Iterator[Found[str]]:
    """Yield what may be the title; a site's name is none."""
    candidates = [Found(found.value, f"label {found.label}") for found in said.head.of("title")]
    if said.fit.title is not None:
        candidates.append(Found(text_of(said.fit.title), f"element {_words(said.fit)}"))
    candidates += [
        Found(plain_title(value), f"meta {name}") for name, value in meta_of(said.metas, "ArticleTitle")
    ]
    candidates += [Found(heading, "element heading") for heading in said.head.headings[-1:]]
    candidates.append(Found(without_site(page_title(said.page)), "element title"))
    for found in candidates:
        if found.value and not is_site_name(found.value, said.metas):
            yield found


def _published(said: Sources) -> Iterator[Found[date]]:
    """Yield the days that may be the one of publication."""
    labelled = sorted(
        (*said.head.of("published"), *_in_text(said, "published")), key=lambda found: len(found.label) == 2
    )
    for found in labelled:
        if day := parse_date(found.value):
            yield Found(day, f"label {found.label}")
    if said.fit.layout.dateline:
        datelines = {day for line in _unlabelled(said.head) if (day := _dateline(line))}
        if len(datelines) == 1:
            yield Found(datelines.pop(), "element dateline")
    if stated := meta_of(said.metas, said.fit.layout.meta):
        shown = {found.day for line in said.head.lines for found in find_dates(line)}
        shown |= {signature.day for signature in said.clues.signatures}
        years = " ".join(found.value for found in labelled)
        for name, value in stated:
            if day := parse_date(value):
                yield Found(day, f"meta {name}", _counts(day, said.fit.layout.rule, shown, years))
    if (found_in := _ADDRESS_DAY.search(said.page.url or "")) and (
        day := parse_date("-".join(filter(None, found_in.groups())))
    ):
        yield Found(day, "address", sure=False)


def _unlabelled(head: Head) -> Iterator[str]:
    """Yield the header's lines that are no label's value."""
    values = {found.value for found in head.labelled}
    return (line for line in head.lines if line not in values)


def _counts(day: date, rule: MetaRule, shown: set[date], labelled: str) -> bool:
    """Whether a meta's day counts as the day of publication."""
    if rule is MetaRule.SHOWN or day in shown:
        return day in shown
    return rule is MetaRule.ALONE or f"{day.year}年" in labelled


def _dateline(line: str) -> date | None:
    """Return the day of a line like `2022-07-17 07:50 来源： 新华社`."""
    found = _DATELINE.match(line)
    return parse_date(found[1]) if found else None


def _signed(said: Sources) -> Iterator[Found[date]]:
    """Yield the days that may be the one of signing."""
    for found in (*said.head.of("signed"), *_in_text(said, "signed")):
        if day := parse_date(found.value):
            yield Found(day, f"label {found.label}", not CLOCK.search(found.value))
    for signature in said.clues.signatures:
        yield Found(signature.day, "text", signature.sure)


def _numbers(said: Sources) -> Iterator[Found[str]]:
    """Yield what may be the document number, in its one form."""
    for found in (*said.head.of("document_number"), *_in_text(said, "document_number")):
        if re.search(r"\d", found.value):
            yield Found(normalise_number(found.value), f"label {found.label}")
    if said.clues.number:
        yield Found(said.clues.number, "text")
    for part in said.head.parts:
        if _FULL_NUMBER.fullmatch(part):
            yield Found(normalise_number(part), "element header")
    for found in said.head.of("source"):
        if _FULL_NUMBER.fullmatch(found.value):
            yield Found(normalise_number(found.value), f"label {found.label}")


def _words_of(said: Sources, name: str) -> Iterator[Found[str]]:
    """Yield what may be issuer, addressee, index number or source."""
    for found in (*said.head.of(name), *_in_text(said, name)):
        yield Found(found.value, f"label {found.label}")
    if name == "source":
        yield from (Found(value, f"meta {key}") for key, value in meta_of(said.metas, "ContentSource"))
    if name == "addressee" and said.clues.addressee:
        yield Found(said.clues.addressee, "text")
    if name == "issuer":
        for signature in said.clues.signatures:
            if signature.issuer:
                yield Found(signature.issuer, "text", signature.sure)


def _in_text(said: Sources, name: str) -> Iterator[Labelled]:
    """Yield what labels at the top of the text say of a field."""
    return (found for found in said.clues.labelled if found.field == name)


def _doubts(said: Sources, published: date | None, signed: date | None) -> Iterator[str]:
    """Yield what is odd about a notice as a whole."""
    if not said.text:
        yield f"{said.fit.layout.name}: {said.fit.layout.body.words} holds no text"
    if published and signed and signed > published:
        yield f"signed on {signed}, after the publication on {published}"
