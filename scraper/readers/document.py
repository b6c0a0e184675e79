"""A reading as the document that `parse --json` prints (a contract with other programs)."""

from datetime import date

from scraper.model import Attachment, Entry, FieldReading, Listing, Notice, Reading, Refused


def as_document(reading: Reading) -> dict[str, object]:
    """Return a reading as plain values for JSON: days in ISO form, absent fields None.

    A notice: kind, title, published, signed, document_number, issuer, addressee, index_number, source,
    text, attachments, official, layout, reader, fields, warnings. A listing: kind, entries, next. Else:
    kind (`refused` or `unreadable`) and because.
    """
    if isinstance(reading, Notice):
        return _notice(reading)
    if isinstance(reading, Listing):
        return {
            "kind": "listing",
            "entries": [_entry(entry) for entry in reading.entries],
            "next": reading.next,
            "layout": reading.layout,
            "reader": reading.reader,
            "warnings": list(reading.warnings),
        }
    kind = "refused" if isinstance(reading, Refused) else "unreadable"
    return {"kind": kind, "because": reading.because}


def _notice(notice: Notice) -> dict[str, object]:
    """Return a notice in the order of the contract."""
    return {
        "kind": "notice",
        "title": notice.title,
        "published": _day(notice.published),
        "signed": _day(notice.signed),
        "document_number": notice.document_number,
        "issuer": notice.issuer,
        "addressee": notice.addressee,
        "index_number": notice.index_number,
        "source": notice.source,
        "text": notice.text,
        "attachments": [_attachment(attachment) for attachment in notice.attachments],
        "official": notice.official,
        "layout": notice.layout,
        "reader": notice.reader,
        "fields": {field.name: _field(field) for field in notice.fields},
        "warnings": list(notice.warnings),
    }


def _entry(entry: Entry) -> dict[str, object]:
    """Return a row of a list."""
    return {
        "url": entry.url,
        "title": entry.title,
        "published": _day(entry.published),
        "document_number": entry.document_number,
    }


def _attachment(attachment: Attachment) -> dict[str, object]:
    """Return a linked file."""
    return {"url": attachment.url, "text": attachment.text}


def _field(field: FieldReading) -> dict[str, object]:
    """Return where a field was read, and what else might have been it."""
    others = [{"value": candidate.value, "where": candidate.where} for candidate in field.candidates]
    return {"from": field.where, "candidates": others}


def _day(day: date | None) -> str | None:
    """Return a day in ISO form."""
    return day.isoformat() if day else None
