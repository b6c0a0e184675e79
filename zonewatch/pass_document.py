"""What a pass did: one line for a log, the contract's JSON document for other programs."""

from collections import Counter
from collections.abc import Sequence

from monitor.model import Visit
from reports.json_ import as_finding, instant
from scheduler.account import Pass


def told(done: Pass) -> str:
    """Tell a pass in one line for a log."""
    outcomes = ", ".join(f"{count} {kind}" for kind, count in done.outcomes.items()) or "nothing was due"
    news = f"; {len(done.findings)} new findings" if done.findings else ""
    waits = len(done.put_off.sources) + len(done.put_off.behind)
    rests = f"; {waits} put off until their site may be asked" if waits else ""
    faults = "".join(f"; this program failed at {fault}" for fault in done.faults)
    outage = f" ({done.outage})" if done.outage else ""
    return f"{done.started:%Y-%m-%dT%H:%M:%SZ} {outcomes}{news}{rests}{faults}{outage}"


def facts(done: Pass) -> dict[str, object]:
    """Give a pass as facts for a log that programs read."""
    return {
        "started": instant(done.started),
        "finished": instant(done.finished),
        "checked": done.checked,
        "outcomes": done.outcomes,
        "findings": [f"F{finding.id}" for finding in done.findings],
        "put_off": len(done.put_off.sources) + len(done.put_off.behind),
        "faults": list(done.faults),
        "own_outage": done.outage,
    }


def as_document(passes: Sequence[Pass]) -> dict[str, object]:
    """Give passes as `check --json` prints them: one pass, or a history's days as one document."""
    last = passes[-1]
    outcomes: Counter[str] = Counter()
    for done in passes:
        outcomes.update(done.outcomes)
    return {
        "dossiers": list(last.dossiers),
        "now": instant(last.now),
        "started": instant(passes[0].started),
        "finished": instant(last.finished),
        "checked": sum(done.checked for done in passes),
        "own_outage": any(done.outage for done in passes),
        "outcomes": dict(outcomes),
        "sources": [looked_row(visit) for done in passes for visit in done.looked],
        "findings": [as_finding(finding) for done in passes for finding in done.findings],
    }


def looked_row(visit: Visit) -> dict[str, object]:
    """Give a visit as the contract's `sources` of a check."""
    return {
        "id": visit.source,
        "role": visit.role.value,
        "via": visit.via,
        "url": visit.url,
        "final_url": visit.final_url,
        "outcome": visit.outcome.kind.value,
        "state": visit.state.value,
        "http_status": visit.status,
        "visit": f"V{visit.id}",
        "snapshot": visit.snapshot,
    }
