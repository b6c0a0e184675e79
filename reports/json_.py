"""Reports and findings as JSON: the contract with other programs, written without loss."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from monitor.model import Finding, Place
from reports.clean import clean
from reports.model import LinkHealth, ListHealth, PassView, Report, Section, ZoneRow

_UNUSUAL = re.compile(r"[^\x00-\x7e\u3000-\ud7ff\uff01-\uff5e]")


def instant(at: datetime | None) -> str | None:
    """Write a time as the contract does: ISO 8601 in UTC, whole seconds, with Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def dumps(document: object) -> str:
    """Write JSON in UTF-8 for people and programs.

    Chinese is left as it is; what `reports.clean` would drop, and half surrogate pairs, are written as
    escapes, so that the same value is read back and no terminal obeys it.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _UNUSUAL.sub(lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return character if clean(character) == character else json.dumps(character)[1:-1]


def as_finding(finding: Finding) -> dict[str, Any]:
    """Give a finding as the object that every output shares; `changes` is there where a notice was edited."""
    draft = finding.draft
    told: dict[str, Any] = {
        "id": f"F{finding.id}",
        "dossier": draft.dossier,
        "kind": draft.kind.value,
        "severity": draft.severity.value,
        "subject": draft.subject,
        "zone": _zone(draft.zone),
        "url": draft.url,
        "title": draft.title,
        "published": _day(draft.published),
        "signed": _day(draft.signed),
        "document_number": draft.document_number,
        "because": list(draft.because),
        "evidence": [f"V{visit}" for visit in finding.evidence],
        "raised": instant(finding.raised),
        "state": finding.state.value,
        "note": finding.note,
    }
    if draft.changes:
        told["changes"] = [asdict(change) for change in draft.changes]
    return told


def as_report(report: Report) -> dict[str, Any]:
    """Give a report as one JSON object."""
    return {
        "generated": instant(report.generated),
        "since": instant(report.since),
        "verdict": report.verdict,
        "dossiers": [_section(section) for section in report.sections],
        "passes": [_pass(one) for one in report.passes],
    }


def render(report: Report) -> str:
    """Write a report as JSON, with a newline at its end."""
    return dumps(as_report(report)) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title,
        "findings": [as_finding(item.finding) | {"new": item.is_new} for item in section.items],
        "links": [_link(link) for link in section.links],
        "lists": [_list(one) for one in section.lists],
        "zones": [_row(zone) for zone in section.zones],
        "goal": _goal(section),
        "coverage": _plain(asdict(section.coverage)),
    }


def _goal(section: Section) -> dict[str, Any] | None:
    count = section.count
    told = {"known": count.known, "found": count.found, "total": count.total}
    return asdict(count.goal) | told if count.goal else None


def _link(link: LinkHealth) -> dict[str, Any]:
    return _plain(asdict(link)) | {
        "state": link.state.value if link.state else "unresolved",
        "works": link.works,
    }


def _list(one: ListHealth) -> dict[str, Any]:
    return _plain(asdict(one))


def _row(zone: ZoneRow) -> dict[str, Any]:
    place = {"zone": _zone(Place(zone.zh, zone.en, zone.province))}
    names = {"zh", "en", "province"}
    rest = {name: value for name, value in asdict(zone).items() if name not in names}
    return place | _plain(rest) | {"finding": f"F{zone.finding}" if zone.finding else None}


def _pass(one: PassView) -> dict[str, Any]:
    return _plain(asdict(one)) | {"outcomes": dict(one.outcomes)}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _zone(place: Place | None) -> dict[str, str | None] | None:
    return {"zh": place.zh, "en": place.en, "province": place.province} if place else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
