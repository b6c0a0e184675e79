"""Whose fault a silence is: the world's or ours. Our own is charged to no source (DESIGN section 5)."""

from collections.abc import Collection, Mapping, Sequence

from scraper.model import Outcome, OutcomeKind

MOST_SILENT = 0.6
"""This share of the hosts silent is our own outage; of two hosts it is both."""

CANARIES_SILENT = "none of the canary addresses answered"

SILENCES = frozenset(
    {
        OutcomeKind.NO_SUCH_NAME,
        OutcomeKind.NAME_FAILS,
        OutcomeKind.REFUSED,
        OutcomeKind.RESET,
        OutcomeKind.TIMED_OUT,
        OutcomeKind.DEADLINE,
        OutcomeKind.TLS,
    }
)
"""Outcomes without any HTTP answer that a broken line of ours may bring about."""


def own_outage(hosts: Sequence[tuple[str, bool]]) -> str | None:
    """Tell whether a pass failed for our own sake; the reason in words, or None.

    `hosts` are the hosts asked, each with whether any HTTP answer came (a wall, a 4xx, a soft 404 are
    answers). Ours: no answer from 60 % of at least three hosts, or from none of at least two.
    """
    asked = dict[str, bool]()
    for name, answered in hosts:
        asked[name] = asked.get(name, False) or answered
    silent = [name for name, answered in asked.items() if not answered]
    if len(asked) < 2 or len(silent) < MOST_SILENT * len(asked):
        return None
    return f"{len(silent)} of {len(asked)} hosts gave no HTTP answer: {', '.join(sorted(silent)[:5])}"


def fell_silent(again: Mapping[str, bool], silent: Collection[str]) -> str | None:
    """Tell whether our line broke while a pass was under way; the reason in words, or None.

    `again` are hosts that had answered and were asked once more, each with whether it answered still, and
    `silent` those that gave no answer. Ours: of at least two hosts none answers any more.
    """
    if not again or any(again.values()) or len(again.keys() | set(silent)) < 2:
        return None
    named = ", ".join(sorted(again))
    return f"hosts that had answered in this pass are silent, too: {named}"


def names_resolve(domain: str, resolved: Collection[str]) -> bool:
    """Tell whether the name of another registered domain than `domain` was resolved in this pass."""
    return any(other != domain for other in resolved)


def settled(outcome: Outcome, outage: str | None, names_resolve: bool) -> Outcome:
    """Give what a visit without an answer comes to, once the pass has shown whether we were cut off.

    `outage` is the reason of `own_outage`. A name that does not exist counts only where another
    domain's name was resolved: without a network no name exists.
    """
    if outage and outcome.kind in SILENCES:
        return Outcome(OutcomeKind.OWN_OUTAGE, "own_outage", f"{outage}; this visit: {_said(outcome)}")
    if outcome.kind is OutcomeKind.NO_SUCH_NAME and not names_resolve:
        return Outcome(
            OutcomeKind.OWN_OUTAGE,
            "no_name_resolved",
            f"no other domain's name was resolved; this visit: {_said(outcome)}",
        )
    return outcome


def _said(outcome: Outcome) -> str:
    return f"{outcome.kind.value} {outcome.detail}".rstrip()
