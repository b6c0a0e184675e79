"""What differs between two readings of a page: the words, never the bytes.

Compared are title, header fields, body text and attachments (FACTS section 5, trap 4). Blanks of any
width and kind, characters without width, full-width forms, line breaks, the order of attachments and of
a list's rows, layout, warnings and candidates do not count; any other character does.
"""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from monitor.model import Change, ChangeKind
from monitor.paragraphs import folded, paired
from scraper.addresses import canonical, directory, match_key
from scraper.chinese import fold
from scraper.model import Attachment, Listing, Notice, Reading

FIELDS = (
    "document_number",
    "published",
    "signed",
    "issuer",
    "addressee",
    "index_number",
    "source",
)


def digest(reading: Reading) -> str:
    """Return the sha256 (hexadecimal) over what is compared of a reading."""
    compared = json.dumps(_compared(reading), ensure_ascii=False, separators=(",", ":"))
    return sha256(compared.encode("utf-8", "surrogatepass")).hexdigest()


def compare(before: Notice, after: Notice) -> tuple[Change, ...]:
    """Tell where two readings of a notice differ; empty exactly where their digests are equal.

    The changes stand in a reader's order: title, header fields, paragraphs, attachments. A paragraph
    that only stands elsewhere is one change whose text is the same before and after.
    """
    return (
        *_field(ChangeKind.TITLE, "title", before.title, after.title),
        *_fields(before, after),
        *_paragraphs(before.text, after.text),
        *_attachments(before, after),
    )


def attached(notice: Notice) -> dict[str, str]:
    """Return the attachments' texts for people by place; one beside the page is named by its file alone."""
    folder = _folder(notice)
    shown: dict[str, str] = {}
    for one in notice.attachments:
        place = _place(one, folder)
        shown[place] = max(shown.get(place, ""), fold(one.text))
    return shown


def _compared(reading: Reading) -> list[object]:
    if isinstance(reading, Notice):
        fields = [_printed(getattr(reading, name)) for name in ("title", *FIELDS)]
        attachments = list(_attached(reading).items())
        return ["notice", *map(folded, fields), folded(reading.text), attachments]
    if isinstance(reading, Listing):
        return ["listing", *sorted({_row(reading, at) for at in range(len(reading.entries))})]
    return [type(reading).__name__.lower(), reading.because]


def _row(listing: Listing, at: int) -> tuple[str, ...]:
    entry = listing.entries[at]
    printed = (entry.title, _printed(entry.published), _printed(entry.document_number))
    return (match_key(entry.url), *map(folded, printed))


def _printed(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _attached(notice: Notice) -> dict[str, str]:
    """Return the attachments' texts as they are compared, by place, sorted."""
    folder = _folder(notice)
    return dict(sorted((_place(one, folder), folded(one.text)) for one in notice.attachments))


def _folder(notice: Notice) -> str:
    return directory(notice.url) if notice.url else "//"


def _place(attachment: Attachment, folder: str) -> str:
    """Name an attachment so that a page that moves with its files keeps their names."""
    address = canonical(attachment.url)
    return f"./{address.removeprefix(folder)}" if address.startswith(folder) else match_key(address)


def _field(kind: ChangeKind, what: str, before: str | None, after: str | None) -> Iterator[Change]:
    if folded(before or "") != folded(after or ""):
        yield Change(kind, what, fold(before) if before else None, fold(after) if after else None)


def _fields(before: Notice, after: Notice) -> Iterator[Change]:
    for name in FIELDS:
        old, new = _printed(getattr(before, name)), _printed(getattr(after, name))
        yield from _field(ChangeKind.FIELD, name.replace("_", " "), old or None, new or None)


def _attachments(before: Notice, after: Notice) -> Iterator[Change]:
    old, new = _attached(before), _attached(after)
    was, now = attached(before), attached(after)
    for place in dict.fromkeys((*old, *new)):
        if old.get(place) != new.get(place):
            yield Change(ChangeKind.ATTACHMENT, place, was.get(place), now.get(place))


def _paragraphs(before: str, after: str) -> Iterator[Change]:
    """Tell of every paragraph that was edited, moved, taken out or put in."""
    for pair in paired(before, after):
        if not pair.same:
            yield Change(ChangeKind.TEXT, pair.what, pair.before, pair.after)
