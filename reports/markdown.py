"""Reports as Markdown (CommonMark with tables), for wikis, issues and mail."""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from monitor.model import FindingKind
from reports import told
from reports.clean import clean
from reports.model import Item, Report, Section

_MARKUP = re.compile(r"[\\`*_\[\]<>|~#&$!]")
_BLOCK = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)])")
"""What would begin a list, a rule or a heading at the start of a line."""
_URL_KEPT = "%/:?=&;,+@!~*'#$-._"


def escaped(text: str) -> str:
    r"""Return text that Markdown shows as it is: `\*not bold\*`, on one line."""
    marked = _MARKUP.sub(lambda found: f"\\{found[0]}", clean(text).strip())
    return _BLOCK.sub(r"\1\\", marked)


def address(url: str) -> str:
    """Return a link to a web address; any other address is shown as text."""
    if re.match(r"https?://", url, re.IGNORECASE):
        return f"<{quote(clean(url), safe=_URL_KEPT)}>"
    return escaped(url)


def render(report: Report) -> str:
    """Write a report as Markdown, lines ended by newlines."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {escaped(report.verdict)}"
    yield from ("", escaped(told.period(report)))
    for section in report.sections:
        yield from _section(section)
    yield from ("", "## What was looked at", "", escaped(told.passes(report)), "")
    for section in report.sections:
        yield f"- {escaped(section.title)}: {escaped(told.looked(section.coverage))}"
    if report.outcomes:
        yield ""
        yield from _table(told.PASS_HEAD, told.outcomes(report))


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {escaped(section.title)}", "")
    yield escaped(f"{section.publisher}, {section.published} · {told.goal(section.count)}")
    if told.nothing_new(section):
        yield from ("", "No finding is new, and none waits.")
    yield from _findings(told.heading(FindingKind.NEW_ZONE, len(section.new_zones)), section.new_zones)
    for group in section.groups:
        yield from _findings(told.heading(group.kind, len(group.items)), group.items)
    yield from _findings(f"Dismissed ({len(section.dismissed)})", section.dismissed)
    yield from _links(section)
    yield from _lists(section)
    yield from ("", "### Zones", "", escaped(told.goal(section.count)), "")
    yield from _table(told.ZONE_HEAD, map(told.zone_cells, section.zones))


def _findings(heading: str, items: Sequence[Item]) -> Iterator[str]:
    if items:
        yield from ("", f"### {heading}")
    for item in items:
        yield from _finding(item)


def _finding(item: Item) -> Iterator[str]:
    draft = item.finding.draft
    zone = f" {draft.zone.zh}" if draft.zone else ""
    yield from ("", f"#### {item.label} {escaped(told.name(item) + zone)}", "")
    yield f"*{escaped(told.review(item))}*"
    yield ""
    yield from (f"- {label}: {escaped(value)}" for label, value in told.facts(item))
    yield f"- address: {address(draft.url)}"
    yield from (f"- because: {escaped(reason)}" for reason in draft.because)
    for edit in item.edits:
        yield f"- changed: {escaped(edit.what)}: {escaped(told.marked(edit.pieces))}"


def _links(section: Section) -> Iterator[str]:
    yield from ("", "### Citations", "")
    yield from _table(told.LINK_HEAD, map(told.link_cells, section.links))
    yield ""
    for link in section.links:
        notes = (
            f"{label}: {address(value) if label in ('today', 'looked at') else escaped(value)}"
            for label, value in told.link_notes(link)
        )
        yield f"- Footnote {link.footnote}: {'; '.join(notes)}"


def _lists(section: Section) -> Iterator[str]:
    yield from ("", "### Lists", "")
    rows = ((*told.list_cells(one), told.list_why(one)) for one in section.lists)
    yield from _table((*told.LIST_HEAD, "because"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from (_row([escaped(cell) for cell in row]) for row in rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
