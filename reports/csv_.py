"""Findings as CSV for spreadsheets, with no cell that a spreadsheet would run."""

import csv
import io

from monitor.model import Finding
from reports.clean import clean
from reports.json_ import as_finding
from reports.model import Item, Report

COLUMNS = (
    "id", "new", "dossier", "kind", "severity", "zone_en", "zone_zh", "province", "title", "document_number",
    "signed", "published", "days", "url", "because", "evidence", "raised", "state", "note", "subject",
)  # fmt: skip
FORMULA = tuple("=+-@＝＋－＠")
"""What begins a formula in some spreadsheet (OWASP, CSV Injection), the full-width forms too."""


def cell(text: str) -> str:
    """Return a cell on one line; one that would begin a formula, blanks aside, gets an apostrophe."""
    shown = clean(text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r")) else shown


def plain(text: str) -> str:
    """Take the apostrophe off again that `cell` put before what would begin a formula."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def render(report: Report) -> str:
    """Write all findings of a report as CSV (RFC 4180: comma, CRLF), one row each under a header."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for section in report.sections:
        writer.writerows(_row(item) for item in section.items)
    return sheet.getvalue()


def _row(item: Item) -> list[str]:
    told = as_finding(item.finding) | _flat(item.finding)
    told |= {"new": "yes" if item.is_new else "no", "days": "" if item.days is None else str(item.days)}
    return [value if name == "days" else cell(str(value or "")) for name in COLUMNS for value in [told[name]]]


def _flat(finding: Finding) -> dict[str, str]:
    zone = finding.draft.zone
    return {
        "zone_en": zone.en if zone else "",
        "zone_zh": zone.zh if zone else "",
        "province": zone.province or "" if zone else "",
        "because": "; ".join(finding.draft.because),
        "evidence": " ".join(f"V{visit}" for visit in finding.evidence),
    }
