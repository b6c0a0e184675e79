"""Metrics for Prometheus: what the database says of the monitor, for `--metrics-port`, a file and the desk.

All of them come from the database and not from counting in a process, so that cron, the daemon and the desk
say the same. Names end in their unit; times are Unix seconds (https://prometheus.io/docs/practices/naming/).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reports.clean import clean
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from monitor.dossier import Dossier
    from storage.store import Store

MONTH = timedelta(days=30)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def families(store: "Store", dossiers: "Sequence[Dossier]", now: datetime) -> tuple[Metric, ...]:
    """Return every metric of the monitor as it stands."""
    return (
        *_passes(store),
        *_sources(store, dossiers, now),
        *_findings(store),
        *_messages(store),
        *_store(store, now),
        *_workers(store, dossiers, now),
    )


def text_of(found: Iterable[Metric]) -> bytes:
    """Return metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Fixed(found))
    return generate_latest(registry)


class Fixed(Collector):
    """The metrics of a moment; `put` brings newer ones. Safe to be asked from any thread."""

    def __init__(self, found: Iterable[Metric] = ()) -> None:
        self._lock = Lock()
        self._found = tuple(found)

    def put(self, found: Iterable[Metric]) -> None:
        """Serve these from now on."""
        with self._lock:
            self._found = tuple(found)

    def collect(self) -> Iterable[Metric]:
        """Give what was put last."""
        with self._lock:
            return self._found


def write(path: Path, found: Iterable[Metric]) -> None:
    """Write the file that node exporter's textfile collector reads, whole or not at all."""
    from zonewatch.files import whole_file

    with whole_file(path, 0o644) as file:
        file.write(text_of(found))


def serve(found: Fixed, port: int, address: str) -> "tuple[str, int]":
    """Serve metrics over HTTP in a thread, those of the process too; return where.

    Raises `ZonewatchError` where it cannot listen there.
    """
    from prometheus_client import start_http_server

    registry = CollectorRegistry()
    for collector in (found, ProcessCollector(registry=None)):
        registry.register(collector)
    try:
        server, _ = start_http_server(port, address, registry)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise ZonewatchError(f"--metrics-port {port}: cannot listen at {address} ({why})") from error
    return str(server.server_address[0]), int(server.server_address[1])


def _gauge(name: str, says: str, labels: Sequence[str] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zonewatch_{name}", says, labels=labels)


def _passes(store: "Store") -> Iterator[Metric]:
    last = next((one for one in store.passes(5) if one.finished), None)
    ended = _gauge("last_pass_end_timestamp_seconds", "When the last pass ended.")
    lasted = _gauge("last_pass_duration_seconds", "How long it took.")
    outage = _gauge("own_outage", "1 where the last pass found our own network cut off.")
    visits = _gauge("last_pass_visits", "Visits of the last pass by what they came to.", ["outcome"])
    if last and last.finished:
        ended.add_metric([], last.finished.timestamp())
        lasted.add_metric([], (last.finished - last.started).total_seconds())
        outage.add_metric([], float(last.own_outage))
        for kind, count in sorted(last.outcomes.items()):
            visits.add_metric([kind], count)
    yield from (ended, lasted, outage, visits)


def _sources(store: "Store", dossiers: "Sequence[Dossier]", now: datetime) -> Iterator[Metric]:
    from scheduler.due import known_sources

    states = _gauge("sources", "Enabled sources by state.", ["dossier", "state"])
    due = _gauge("sources_due", "Enabled sources whose time has come.", ["dossier"])
    good = _gauge("source_last_good_timestamp_seconds", "When a source was last seen.", ["source"])
    for dossier in dossiers:
        enabled = [source.id for source in known_sources(dossier, store) if source.enabled]
        heads = store.standings_of(enabled, readings=False)
        found = Counter(heads[name].link.state.value if name in heads else "unknown" for name in enabled)
        for state, count in sorted(found.items()):
            states.add_metric([dossier.id, state], count)
        times = (heads[name].next_due if name in heads else None for name in enabled)
        due.add_metric([dossier.id], sum(time is None or time <= now for time in times))
        for name, head in sorted(heads.items()):
            if head.link.last_good:
                good.add_metric([clean(name)], head.link.last_good.timestamp())
    yield from (states, due, good)


def _findings(store: "Store") -> Iterator[Metric]:
    found = _gauge(
        "findings", "Findings by dossier, kind and what a person said.", ["dossier", "kind", "state"]
    )
    for (dossier, kind, state), count in sorted(store.findings_by_state().items()):
        found.add_metric([dossier, kind, state], count)
    yield found


def _messages(store: "Store") -> Iterator[Metric]:
    found = _gauge("messages", "Messages by route and how far they have come.", ["route", "state"])
    for (route, state), count in sorted(store.messages_by_state().items()):
        found.add_metric([route, state.value], count)
    yield found


def _store(store: "Store", now: datetime) -> Iterator[Metric]:
    size = store.size(now - MONTH)
    total = _gauge("database_bytes", "What the database takes.")
    total.add_metric([], size.total)
    grown = _gauge("database_grown_bytes", "About what was added to it in the last 30 days.")
    grown.add_metric([], size.grown)
    answers = _gauge("pages_good", "Good pages of notices and lists in the last 30 days.", ["host"])
    read = _gauge("pages_read", "Those of them that could be read; fewer: a redesign.", ["host"])
    for host, rate in sorted(store.readings(now - MONTH, now).items()):
        answers.add_metric([clean(host)], rate.answers)
        read.add_metric([clean(host)], rate.read)
    yield from (total, grown, answers, read)


def _workers(store: "Store", dossiers: "Sequence[Dossier]", now: datetime) -> Iterator[Metric]:
    """Tell of workers, where some share the work: who lives, which lanes are in use, what waits."""
    crew, shared = store.crew(), store.open_round()
    if not crew and shared is None:
        return
    from zonewatch.standing import backlog

    seen = _gauge("worker_seen_timestamp_seconds", "When a worker gave its last sign of life.", ["worker"])
    busy = _gauge("worker_hosts", "Hosts that a worker is at.", ["worker"])
    for one in crew:
        seen.add_metric([clean(one.name)], one.seen.timestamp())
        busy.add_metric([clean(one.name)], one.busy)
    left = store.turns_left(shared.id) if shared else ()
    at_work = store.hosts_at_work(now)
    lanes = _gauge("hosts_at_work", "Hosts that some worker is at.")
    lanes.add_metric([], len(at_work))
    waiting = _gauge("hosts_waiting", "Hosts of the round under way that no worker is at.")
    waiting.add_metric([], sum(turn.host not in at_work for turn in left))
    oldest = _gauge("oldest_due_seconds", "For how long the source that has waited longest has been due.")
    _, first = backlog(dossiers, store, now)
    since = first[0] if first else None
    oldest.add_metric([], (now - since).total_seconds() if since else 0)
    yield from (seen, busy, lanes, waiting, oldest)
