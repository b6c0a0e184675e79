"""Rule 5: every finding says why, points at the visits that show it, and is raised once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import DOSSIER, GUANGZHOU, HOUR, NOW, draft, fetch, full_record, record

from monitor.model import Draft, Finding, FindingKind, Place, ReviewState
from storage.store import Store, StoreError


def raise_(store: Store, *drafts: Draft, hours: int = 0) -> tuple[Finding, ...]:
    return store.keep(record(NOW + hours * HOUR, drafts=drafts), now=NOW + hours * HOUR).findings


def test_a_finding_is_its_draft_with_number_time_and_evidence(store: Store) -> None:
    (found,) = raise_(store, draft())
    assert found == Finding(1, draft(), NOW, (1,))
    assert store.finding(1) == found
    assert store.finding(2) is None


def test_the_same_key_is_raised_once(store: Store) -> None:
    assert len(raise_(store, draft())) == 1
    assert raise_(store, draft(title="told in other words"), hours=1) == ()
    assert [finding.draft.title for finding in store.findings()] == [draft().title]


def test_one_key_twice_in_one_record_is_one_finding(store: Store) -> None:
    assert len(raise_(store, draft(), draft())) == 1


@pytest.mark.parametrize("state", [ReviewState.ACCEPTED, ReviewState.DISMISSED])
def test_a_decided_finding_is_not_raised_again(store: Store, state: ReviewState) -> None:
    raise_(store, draft())
    store.decide(1, state, None, NOW)
    assert raise_(store, draft(), hours=1) == ()
    assert store.findings() == ()


def test_keys_of_any_length_make_a_finding_unique(store: Store) -> None:
    long = "moved " + "https://www.most.gov.cn/" * 400
    assert len(raise_(store, draft(long), draft(long + "x"), draft(long))) == 2


def test_evidence_is_the_visits_named_and_the_one_that_raised_it(store: Store) -> None:
    for hours in range(3):
        store.keep(record(NOW + hours * HOUR), now=NOW)
    (found,) = raise_(store, draft(visits=(3, 1)), hours=4)
    assert found.evidence == (3, 1, 4)
    assert found.draft.visits == (3, 1)


def test_a_visit_is_evidence_once(store: Store) -> None:
    store.keep(record(), now=NOW)
    (found,) = raise_(store, draft(visits=(1, 2)))
    assert found.evidence == (1, 2)


def test_evidence_that_does_not_exist_is_refused_with_the_visit(store: Store) -> None:
    with pytest.raises(StoreError):
        raise_(store, draft(visits=(99,)))
    assert store.findings() == ()
    assert store.visit(1) is None


def test_a_stronger_finding_takes_the_place_of_a_weaker_one(store: Store) -> None:
    mention = draft("zone_mentioned 广州", kind=FindingKind.ZONE_MENTIONED)
    raise_(store, mention, draft("another"))
    (letter,) = raise_(store, draft(replaces=(mention.key, "never raised")), hours=1)
    merged = store.finding(1)
    assert merged is not None
    assert (merged.state, merged.note, merged.decided) == (
        ReviewState.ACCEPTED,
        f"merged into F{letter.id}",
        NOW + HOUR,
    )
    assert [finding.draft.key for finding in store.findings()] == ["another", letter.draft.key]


def test_what_a_person_dismissed_is_not_merged(store: Store) -> None:
    raise_(store, draft("weak"))
    dismissed = store.decide(1, ReviewState.DISMISSED, "no", NOW)
    raise_(store, draft(replaces=("weak",)))
    assert store.finding(1) == dismissed


def test_a_finding_does_not_replace_itself(store: Store) -> None:
    (found,) = raise_(store, draft("own", replaces=("own",)))
    assert found.state is ReviewState.OPEN


def test_mention_and_letter_of_one_visit_are_merged_at_once(store: Store) -> None:
    weak, strong = raise_(store, draft("weak"), draft("strong", replaces=("weak",)))
    assert (weak.state, strong.state) == (ReviewState.ACCEPTED, ReviewState.OPEN)


def test_findings_come_in_the_order_of_their_raising(store: Store) -> None:
    for hours, key in ((2, "first"), (1, "second"), (3, "third")):
        raise_(store, draft(key), hours=hours)
    assert [finding.draft.key for finding in store.findings()] == ["first", "second", "third"]


def test_open_ones_are_shown_unless_all_are_asked_for(store: Store) -> None:
    raise_(store, draft("a"), draft("b"))
    store.decide(1, ReviewState.ACCEPTED, None, NOW)
    assert [finding.id for finding in store.findings()] == [2]
    assert [finding.id for finding in store.findings(open_only=False)] == [1, 2]


def test_the_time_of_the_last_report_repeats_nothing(store: Store) -> None:
    raise_(store, draft("reported"))
    raise_(store, draft("new"), hours=1)
    assert [finding.draft.key for finding in store.findings(since=NOW)] == ["new"]
    assert len(store.findings(since=NOW - timedelta(microseconds=1))) == 2


def test_a_dossier_sees_its_own(store: Store) -> None:
    raise_(store, draft("a"), draft("b", dossier="other"))
    assert [finding.draft.key for finding in store.findings(dossier="other")] == ["b"]
    assert store.findings(dossier="none") == ()


def test_a_decision_is_kept_with_its_note_and_time(store: Store) -> None:
    (found,) = raise_(store, draft())
    decided = store.decide(1, ReviewState.DISMISSED, "编造的通知", NOW + HOUR)
    note, at = "编造的通知", NOW + HOUR
    assert decided == replace(found, state=ReviewState.DISMISSED, note=note, decided=at)
    assert store.finding(1) == decided


def test_opening_again_clears_the_decision(store: Store) -> None:
    (found,) = raise_(store, draft())
    store.decide(1, ReviewState.ACCEPTED, "yes", NOW)
    assert store.decide(1, ReviewState.OPEN, None, NOW + HOUR) == found


def test_a_decision_on_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no finding F17"):
        store.decide(17, ReviewState.ACCEPTED, None, NOW)


def test_accepted_new_zones_join_the_baseline(store: Store) -> None:
    raise_(
        store,
        draft("a"),
        draft("b", zone=Place("武汉", "Wuhan", "湖北省")),
        draft("c", kind=FindingKind.EDITED),
    )
    for number in (2, 3):
        store.decide(number, ReviewState.ACCEPTED, None, NOW)
    assert [finding.draft.zone for finding in store.accepted_zones(DOSSIER)] == [
        Place("武汉", "Wuhan", "湖北省")
    ]
    assert store.accepted_zones("other") == ()


def test_zones_raised_are_known_whatever_became_of_them(store: Store) -> None:
    wuhan = Place("武汉", "Wuhan", "湖北省")
    raise_(store, draft("a"), draft("b", zone=wuhan), draft("c", zone=wuhan), draft("d", zone=None))
    store.decide(1, ReviewState.DISMISSED, "no", NOW)
    assert store.zones_raised(DOSSIER) == (GUANGZHOU, wuhan)
    assert store.zones_raised("other") == ()


def test_several_records_see_each_others_findings(store: Store) -> None:
    kept = store.keep_all([full_record(), full_record(NOW + HOUR)], now=NOW)
    assert [len(one.findings) for one in kept] == [1, 0]


def test_a_finding_of_an_unanswered_visit_is_kept_as_well(store: Store) -> None:
    silent = fetch(hops=(), body=b"", content=b"")
    kept = store.keep(record(got=silent, drafts=(draft(),)), now=NOW)
    assert kept.findings[0].evidence == (kept.visit.id,)
