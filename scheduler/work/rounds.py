"""A round: one pass over what is due, shared by workers, a host each at a time.

It is opened by whoever first sees that something is due. A host's turn is the notices there, by the same
courses and the same drive as a pass in one process. What needs the whole pass (was a silence our own
outage? where did a lost notice go?) is left to the end, with the lists: whoever ends the round goes on
with those courses where they held, knowing what all workers saw.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from monitor.course import listing, notice, resuming
from monitor.course.resuming import Left
from monitor.course.steps import Hold, Settlement, Steps
from monitor.model import Look, Role, Source, State
from scheduler.account import Pass
from scheduler.drive import Drive
from scheduler.due import PutOff, due, is_due
from scheduler.hands import MENDED, SOON, Hands
from scheduler.one_pass import DUE
from scheduler.work.shift import Shift
from scraper.addresses import registered_domain, server
from scraper.model import Fetch, OutcomeKind
from storage.crew import HOST
from storage.rounds import AskedHost, HeldAt, HostTurn, Shared, TurnReport
from storage.store import Tenure

END = "round"
"""The name of the lease of whoever ends a round."""
MOST_ATTEMPTS = 5
"""So many workers begin a host's turn; if all of them die of it, it is left to the next round."""
OUTAGE_PAUSE = timedelta(minutes=10)
"""How long the sites are left alone after a round that showed our own network broken."""


class Went(Enum):
    """How a host's turn went."""

    DONE = "done"
    LAST = "last"
    """done, and the last one of its round"""
    GIVEN_BACK = "given back"
    """broken off between two visits; another worker goes on"""
    ELSEWHERE = "elsewhere"
    """another worker is at this host"""


@dataclass(slots=True)
class RoundPass(Pass):
    """What a whole round came to, counted over the visits of all its workers."""

    counted: dict[str, int] = field(default_factory=dict)

    @property
    def outcomes(self) -> dict[str, int]:
        """How many visits came to what, probes left out."""
        return dict(self.counted)

    @property
    def checked(self) -> int:
        """How many sources, candidates and successors were looked at."""
        return sum(self.counted.values())


@dataclass(slots=True)
class TurnHands(Hands):
    """What a drive does for one host's notices: what has to wait for the other hosts is put down."""

    left: list[HeldAt] = field(default_factory=list)

    def leave(self, course: Steps[None], held: Hold) -> bool:
        """Put down where a course holds; one that waits for its own site alone goes on here."""
        at = resuming.left_at(held)
        if at is not None:
            self.left.append(HeldAt(self.of[course], at.value, held.fetch))
        return at is not None

    def settle(self) -> Settlement:
        """Let go on what waited for its own site."""
        return Settlement()


@dataclass(slots=True)
class EndHands(Hands):
    """What a drive does at a round's end: the silences that were met are given, and nobody is asked twice."""

    silences: dict[str, Fetch] = field(default_factory=dict)

    def ask(self, look: Look) -> Fetch:
        """Give the silence that a source met in its turn, else ask."""
        silence = self.silences.pop(look.source, None)
        if silence is None:
            return Hands.ask(self, look)
        self.note(look.url, silence)
        return silence


def open_round(shift: Shift) -> Shared | None:
    """Open a round of what is due, host by host; None where nothing is due, or a round is open already."""
    store, now = shift.store, shift.clock()
    last = store.last_round()
    waits = PutOff(dict(last.put_off), dict(last.behind)) if last else PutOff()
    waits.forget(now)
    passes = store.passes(1)
    if passes and passes[0].own_outage and now < (passes[0].finished or now) + OUTAGE_PAUSE:
        return None
    dossiers = tuple(dossier.id for dossier in shift.dossiers())
    found = [
        source
        for context in shift.contexts(dossiers, now)
        for source in due(context, store, DUE, put_off=waits)
    ]
    if not found:
        return None
    store.seal(now)
    return store.begin_round(
        now,
        dossiers=dossiers,
        lists=[source.id for source in found if source.role is Role.LISTING],
        turns=_by_host([source for source in found if source.role is not Role.LISTING], shift),
        report=TurnReport(put_off=waits.sources, behind=waits.behind),
        lease=shift.lease,
    )


def _by_host(sources: Sequence[Source], shift: Shift) -> dict[str, list[str]]:
    """Put sources together by the server that they are followed at now."""
    heads = shift.store.standings_of((source.id for source in sources), readings=False)
    found: dict[str, list[str]] = {}
    for source in sources:
        head = heads.get(source.id)
        url = (head.url if head else None) or source.url
        found.setdefault(server(url), []).append(source.id)
    return found


def visit_host(shift: Shift, shared: Shared, host: str) -> Went:
    """Look at a host's notices that are due in a round, unless another worker is at it or has been."""
    with shift.holding(HOST + host) as tenure:
        if tenure is None:
            return Went.ELSEWHERE
        turn = shift.store.take_turn(shared.id, host, tenure)
        if turn is None:
            return Went.DONE
        deadly = turn.attempts >= MOST_ATTEMPTS
        report = _given_up(shift, turn) if deadly else _visit(shift, shared, turn, tenure)
        done = not shift.stopped()
        last = shift.store.end_turn(shared.id, host, report, tenure, done=done)
    return Went.GIVEN_BACK if not done else Went.LAST if last else Went.DONE


def _given_up(shift: Shift, turn: HostTurn) -> TurnReport:
    said = f"{turn.host}: {MOST_ATTEMPTS} workers began there and came to no end; its sources stay due"
    return TurnReport(put_off=dict.fromkeys(turn.sources, shift.clock() + MENDED), faults=(said,))


def _visit(shift: Shift, shared: Shared, turn: HostTurn, tenure: Tenure) -> TurnReport:
    hands = TurnHands(**_common(shift, shared, tenure))
    known, seen = shift.make_ready(hands, shared, turn.sources), _seen(shift, shared, turn)
    hands.left += [HeldAt(name, Left.LOST.value) for name, again in seen.items() if again]
    unknown = [name for name in turn.sources if name not in known]
    hands.done.faults += [f"{name}: not in the dossiers of this machine" for name in unknown]
    hands.done.put_off.sources |= dict.fromkeys(unknown, shift.clock() + SOON)
    courses = (
        _begun(hands, notice.course(source, hands.contexts[source.dossier]), source)
        for name, source in known.items()
        if name not in seen
    )
    _drive(shift, shared, hands, workers=1).run(courses)
    return TurnReport(
        asked=(*_asked(hands), *_answered(turn, bool(seen))),
        held=tuple(hands.left),
        put_off=hands.done.put_off.sources,
        behind=hands.done.put_off.behind,
        faults=tuple(hands.done.faults),
    )


def _seen(shift: Shift, shared: Shared, turn: HostTurn) -> dict[str, bool]:
    """Tell which sources of a turn that others began were visited, and whether a search is still to come.

    A lost notice stays due until it was sought.
    """
    if not turn.attempts:
        return {}
    _, known = shift.known(shared)
    seen = shift.store.seen_in_round(shared, turn.sources).items()
    return {name: name in known and _is_due(known[name], when, shared) for name, when in seen}


def _is_due(source: Source, when: tuple[datetime | None, State], shared: Shared) -> bool:
    return is_due(source, when[0], shared.began, state=when[1])


def _answered(turn: HostTurn, seen: bool) -> Iterable[AskedHost]:
    """Say of a host whose first worker was killed that it answered: what was kept at once is an answer."""
    if seen:
        address = f"http://{turn.host}/"
        yield AskedHost(turn.host.partition(":")[0], address, registered_domain(address))


def _asked(hands: Hands) -> Iterable[AskedHost]:
    for host in hands.done.asked:
        domain = registered_domain(f"http://{host}/")
        resolved = domain if domain in hands.done.resolved else None
        yield AskedHost(host, hands.answering.get(host), resolved)


def end_round(shift: Shift, shared: Shared) -> RoundPass | None:
    """Bring a round to its end: what held goes on, the lists are read; None where it was broken off."""
    with shift.holding(END) as tenure:
        current = shift.store.open_round()
        if tenure is None or current is None or current.id != shared.id or shift.store.turns_left(shared.id):
            return None
        return _end(shift, current, tenure)


def _end(shift: Shift, shared: Shared, tenure: Tenure) -> RoundPass | None:
    store = shift.store
    hands = EndHands(**_common(shift, shared, tenure))
    for asked in store.asked_in(shared.id):
        hands.done.asked[asked.host] = asked.answered is not None
        hands.answering |= {asked.host: asked.answered} if asked.answered else {}
        hands.done.resolved |= {asked.resolved} if asked.resolved else set()
    left = store.held_in(shared.id)
    shift.make_ready(hands, shared, [*(one.source for one in left), *shared.lists], others=True)
    held = _resumed(shift, shared, hands, left)
    lists = _lists(shift, shared, hands)
    _drive(shift, shared, hands, workers=shift.workers).run(held, lists)
    if shift.stopped():
        return None
    done = _counted(shift, shared, hands)
    store.end_pass(
        shared.pass_id,
        finished=done.finished or shift.clock(),
        checked=done.checked,
        own_outage=done.outage is not None,
        outcomes=done.outcomes,
    )
    waits = hands.done.put_off
    report = TurnReport(put_off=waits.sources, behind=waits.behind, faults=tuple(hands.done.faults))
    store.end_round(shared, shift.clock(), report, tenure)
    return done


def _resumed(shift: Shift, shared: Shared, hands: EndHands, left: Sequence[HeldAt]) -> list[Steps[None]]:
    """Go on with what held, unless one who was broken off here has brought it to its end."""
    _, known = shift.known(shared)
    seen = shift.store.seen_in_round(shared, [one.source for one in left])
    courses: list[Steps[None]] = []
    for one in left:
        if one.source not in known:
            continue
        at, source = Left(one.at), known[one.source]
        again = at is Left.BEHIND or one.source not in seen
        if not again and not (at is Left.LOST and _is_due(source, seen[one.source], shared)):
            continue
        if one.silence is not None:
            hands.silences[source.id] = one.silence
        context = hands.contexts[source.dossier]
        courses.append(_begun(hands, resuming.course(source, at, context), source))
    return courses


def _lists(shift: Shift, shared: Shared, hands: EndHands) -> list[Steps[None]]:
    """Begin the lists of a round that are still due: one who was broken off here may have read some."""
    if not shared.lists:
        return []
    return [
        _begun(hands, listing.course(source, context), source)
        for context in hands.contexts.values()
        for source in due(context, shift.store, DUE, put_off=hands.done.put_off)
        if source.id in shared.lists
    ]


def _begun(hands: Hands, course: Steps[None], source: Source) -> Steps[None]:
    hands.of[course], hands.sources[source.id] = source.id, source
    return course


def _common(shift: Shift, shared: Shared, tenure: Tenure) -> dict[str, Any]:
    """Give what hands are made of, the same for a host's turn and for a round's end."""
    waits = PutOff(dict(shared.put_off), dict(shared.behind))
    done = Pass(shared.dossiers, shared.began, started=shared.began, put_off=waits)
    return {
        "store": shift.store,
        "fetcher": shift.fetcher,
        "done": done,
        "lease": tenure,
        "origin": "network",
        "settings": shift.settings,
        "clock": shift.clock,
        "canaries": tuple(shift.canaries),
        "progress": lambda done, known: None,
    }


def _drive(shift: Shift, shared: Shared, hands: Hands, *, workers: int) -> Drive:
    drive = Drive(
        hands.ask,
        hands.keep,
        hands.settle,
        workers,
        shift.stopped,
        tired=lambda: shift.clock() - shared.began > shift.budget,
        put_off=hands.wait,
        fault=hands.blame,
    )
    hands.settle_first = drive.keep_first
    if isinstance(hands, TurnHands):
        drive.leave = hands.leave
        drive.moment = (
            0.0  # a pause lies between any two visits, and many hosts are in hand when one is killed
        )
    return drive


def _counted(shift: Shift, shared: Shared, hands: Hands) -> RoundPass:
    """Sum a round up, from what all its workers kept."""
    counted = shift.store.outcomes_since(shared.before)
    outage = hands.done.outage
    if outage is None and counted and set(counted) == {OutcomeKind.OWN_OUTAGE.value}:
        outage = "nothing else was seen"
    return RoundPass(
        shared.dossiers,
        shared.began,
        started=shared.began,
        finished=shift.clock(),
        visits=hands.done.visits,
        findings=list(shift.store.findings_since(shared.before)),
        outage=outage,
        put_off=hands.done.put_off,
        faults=[*shared.faults, *hands.done.faults],
        asked=hands.done.asked,
        resolved=hands.done.resolved,
        counted=counted,
    )
