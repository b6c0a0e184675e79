"""The updated table, in the form of the translation's own: places, days, strengths, footnotes.

What joined since the translation has, besides, a sentence in English. Days are written as the table
writes them; a spreadsheet gets them as days.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.updates import Updated
from reports import english
from reports.csv_ import cell
from reports.footnotes import Footnote, state
from reports.html import address as html_address
from reports.html import tongue
from reports.markdown import address, escaped

FORMATS = ("csv", "markdown", "html", "xlsx")
HEAD = ("Location", "Date Created", "Date Announced", "AI-Relevant Strengths / Specializations")
"""As the translation heads its table."""

COLUMNS = (*HEAD, "Footnote", "Address", "State", "In a Sentence")


@dataclass(frozen=True, slots=True)
class Row:
    """A zone of the table; `sentence` is there for those that joined since the translation."""

    location: str
    zh: str
    created: date | None
    announced: date
    strengths: str
    footnote: int
    address: str
    state: str
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The table with its title, the sentence above it, and the footnotes below."""

    title: str
    intro: str
    rows: tuple[Row, ...]
    notes: tuple[tuple[int, str, str], ...]
    """footnote, address, and what must be said of it (nothing where it works)"""

    @property
    def news(self) -> tuple[str, ...]:
        """The sentences of the zones that joined."""
        return tuple(row.sentence for row in self.rows if row.sentence)


def table(updated: Updated, footnotes: Sequence[Footnote]) -> Table:
    """Build the table of a dossier with what was accepted, and of its footnotes as they stand."""
    dossier = updated.dossier
    cited = {one.footnote: one for one in footnotes}
    joined = {zone.zh for zone in dossier.zones if zone.announced > dossier.published}
    new = joined | {zone.zh for zone in updated.new}
    rows = tuple(
        Row(
            location=zone.en,
            zh=zone.zh,
            created=zone.created,
            announced=zone.announced,
            strengths=english.strengths(zone.strengths),
            footnote=zone.footnote,
            address=where(cited[zone.footnote]),
            state=state(cited[zone.footnote]),
            sentence=english.sentence(zone, dossier, cited[zone.footnote].document_number)
            if zone.zh in new
            else None,
        )
        for zone in dossier.zones
    )
    return Table(
        title=dossier.title,
        intro=_intro(len(rows), len(new), dossier.published),
        rows=rows,
        notes=tuple((one.footnote, where(one), _remark(one)) for one in footnotes),
    )


def where(one: Footnote) -> str:
    """Give the address to print: the one that works, else the last known, else what was printed."""
    return one.works or one.followed or one.printed


def _remark(one: Footnote) -> str:
    return "" if one.works else f"{state(one)}{f'; {one.note}' if one.followed is None else ''}"


def _intro(count: int, new: int, published: date) -> str:
    joined = f"{new} of them joined since" if new else "none joined since"
    return f"{count} zones; {joined} the translation of {english.day(published)}."


def render(made: Table, form: str) -> str | bytes:
    """Write a table in one of `FORMATS`; only xlsx is bytes. Raises ValueError for another form."""
    if form == "xlsx":
        from reports.xlsx import workbook  # noqa: PLC0415 - openpyxl is only needed here

        zones = (COLUMNS, [_values(row) for row in made.rows])
        return workbook({"zones": zones, "footnotes": (("Footnote", "Address", "Remark"), made.notes)})
    if form == "csv":
        return _csv(made)
    if form == "markdown":
        return "\n".join(_markdown(made)) + "\n"
    if form == "html":
        return _html(made)
    raise ValueError(f"expected one of {', '.join(FORMATS)}, found {form}")


def as_document(row: Row) -> dict[str, object]:
    """Give a row for JSON, days as ISO."""
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(row).items()
    }


def _values(row: Row) -> tuple[str | int | date | None, ...]:
    strengths, note = row.strengths, row.sentence or ""
    return row.location, row.created, row.announced, strengths, row.footnote, row.address, row.state, note


def _cells(row: Row) -> tuple[str, ...]:
    return tuple(
        english.day(value) if isinstance(value, date) else str(value or "") for value in _values(row)
    )


def _csv(made: Table) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    writer.writerows([cell(text) for text in _cells(row)] for row in made.rows)
    return sheet.getvalue()


def _markdown(made: Table) -> Iterator[str]:
    yield f"# {escaped(made.title)}"
    yield from ("", escaped(made.intro), "")
    yield f"| {' | '.join(HEAD)} |"
    yield f"| {' | '.join(['---'] * len(HEAD))} |"
    for row in made.rows:
        place, *rest = map(escaped, _cells(row)[: len(HEAD)])
        yield f"| {' | '.join([f'{place} {english.mark(row.footnote)}', *rest])} |"
    for sentence in made.news:
        yield from ("", escaped(sentence))
    for number, shown, remark in made.notes:
        yield from ("", f"{english.mark(number)} {address(shown)}{f' ({escaped(remark)})' if remark else ''}")


def _html(made: Table) -> str:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"tongue": tongue, "address": html_address, "day": english.day}
    return environment.get_template("table.html.j2").render(table=made, head=HEAD) + "\n"
