"""A report as an analyst would get it: the shipped dossier, with invented visits and findings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from monitor.dossier import Dossier, citation_source, load, sources
from monitor.model import (
    Change,
    ChangeKind,
    Draft,
    Finding,
    FindingKind,
    LinkState,
    Place,
    ReviewState,
    Severity,
    Source,
    Standing,
    State,
)
from reports.build import build
from reports.model import DossierView, PassView, Report

NOW = datetime(2021, 3, 25, 4, tzinfo=UTC)
SINCE = datetime(2020, 9, 1, tzinfo=UTC)
HOUSE = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/"
GUANGZHOU = Place("广州", "Guangzhou", "广东省")
WUHAN = Place("武汉", "Wuhan", "湖北省")
SUZHOU = Place("苏州", "Suzhou", "江苏省")


@cache
def pilot_zones() -> Dossier:
    return load(Path(__file__).parents[1] / "dossiers" / "ai_pilot_zones.toml")


def finding(number: int, kind: FindingKind = FindingKind.MOVED, **given: Any) -> Finding:
    """A finding with only what a test cares about: fields of a finding or of its draft."""
    outer = {name: given.pop(name) for name in ("raised", "state", "note", "decided") if name in given}
    draft = {
        "key": f"{kind}|ai-pilot-zones|{number}",
        "dossier": "ai-pilot-zones",
        "kind": kind,
        "severity": Severity.NORMAL,
        "subject": "ai-pilot-zones/fn05",
        "url": f"{HOUSE}t{number}.html",
        "title": "科技部的一份文件",
        "because": ("a reason",),
    }
    return Finding(
        id=number,
        draft=Draft(**(draft | given)),
        evidence=(number * 10,),
        **({"raised": NOW - timedelta(days=1)} | outer),
    )


def letter(number: int, place: Place, signed: date, published: date, document: str, **given: Any) -> Finding:
    title = f"科技部关于支持{place.zh}市建设国家新一代人工智能创新发展试验区的函"
    return finding(
        number,
        FindingKind.NEW_ZONE,
        severity=Severity.HIGH,
        zone=place,
        title=title,
        signed=signed,
        published=published,
        document_number=document,
        url=f"{HOUSE}qtwj{published:%Y/%Y%m}/t{published:%Y%m%d}_15865{number}.html",
        subject="ai-pilot-zones/most-qtwj",
        because=(
            f"the title is the dossier's frame with {place.zh}, which is not in the baseline",
            f"signed by 科技部 under 国科函规, addressed to {place.province}人民政府",
            "it stands on www.most.gov.cn, an official host",
        ),
        **given,
    )


def findings() -> tuple[Finding, ...]:
    day = timedelta(days=1)
    early = SINCE + 3 * day
    return (
        letter(1, GUANGZHOU, date(2020, 9, 3), date(2020, 9, 4), "国科函规〔2020〕171号", raised=early),
        letter(2, WUHAN, date(2020, 9, 3), date(2020, 9, 4), "国科函规〔2020〕172号", raised=early),
        letter(
            9, SUZHOU, date(2021, 3, 19), date(2021, 3, 24), "国科函规〔2021〕63号",
            state=ReviewState.ACCEPTED, note="seen on the ministry's page", decided=NOW,
        ),
        finding(
            3,
            FindingKind.SUPERSEDED,
            severity=Severity.HIGH,
            raised=SINCE + 59 * day,
            subject="ai-pilot-zones/fn01",
            title="科技部关于印发《国家新一代人工智能创新发展试验区建设工作指引（修订版）》的通知",
            document_number="国科发规〔2020〕254号",
            because=("its text says that 国科发规〔2019〕298号 同时废止, which footnote 1 cites",),
        ),
        finding(4, raised=SINCE + 190 * day, because=("its new page has the same id, 149420",)),
        finding(
            5,
            FindingKind.EDITED,
            subject="ai-pilot-zones/fn09",
            title="科技部关于支持成都建设国家新一代人工智能创新发展试验区的函",
            because=("one paragraph differs from snapshot S3",),
            changes=(
                Change(
                    ChangeKind.TEXT,
                    "paragraph 4",
                    "二、试验区建设要围绕国家重大战略和成都市经济社会发展需求，探索新一代人工智能发展的新路径新机制，"
                    "形成可复制、可推广经验，示范带动成渝地区协同发展。成都市要加强组织实施，落实各项政策措施。",
                    "二、试验区建设要围绕国家重大战略和成都市经济社会发展需求，探索新一代人工智能发展的新路径新机制，"
                    "形成可复制、可推广经验，示范带动西部地区协同发展。成都市要加强组织领导，落实各项政策措施。",
                ),
                Change(ChangeKind.FIELD, "index number", None, "306-32-2020-220"),
            ),
        ),
        finding(6, FindingKind.CANNOT_SEE, raised=SINCE - day, because=("a challenge page for 9 days",)),
        finding(
            7,
            FindingKind.ZONE_MENTIONED,
            state=ReviewState.DISMISSED,
            note="a look-alike: 国家人工智能创新应用先导区",
            decided=NOW,
            zone=GUANGZHOU,
            title="广州获批国家人工智能创新应用先导区",
        ),
    )  # fmt: skip


def standing(source: Source, state: State = State.ALIVE, **given: Any) -> Standing:
    seen = NOW - timedelta(hours=6)
    good = seen if state in (State.ALIVE, State.MOVED) else SINCE
    return Standing(source.id, LinkState(state, SINCE, good, seen, **given))


def followed() -> tuple[Source, ...]:
    dossier = pilot_zones()
    jinan = dossier.citations[10]
    url = f"{HOUSE}qtwj2020/202003/t20200309_152222.html"
    because = "the page names 济南 and fits what is printed"
    return (*sources(dossier), citation_source(dossier, jinan, url, because))


def standings() -> Mapping[str, Standing]:
    every = {one.id: standing(one) for one in followed() if one.enabled}
    moved = every["ai-pilot-zones/fn05"]
    new = f"{HOUSE}qtwj2019/201910/t20191018_149420.html"
    return every | {
        moved.source: replace(moved, url=new, link=replace(moved.link, state=State.MOVED)),
        "ai-pilot-zones/fn07": replace(
            every["ai-pilot-zones/fn07"],
            link=LinkState(
                State.DEAD, SINCE, SINCE, NOW, rule="not there at 3 checks, the last on 2020-09-05"
            ),
        ),
        "ai-pilot-zones/fn08": replace(
            every["ai-pilot-zones/fn08"],
            link=LinkState(State.UNSEEN, SINCE, SINCE, NOW, rule="cannot be seen from here since 2020-09-01"),
        ),
    }


def view(**given: Any) -> DossierView:
    known = followed()
    lists = [one.id for one in known if one.id.count("/most-")]
    made = DossierView(
        dossier=pilot_zones(),
        findings=findings(),
        standings=standings(),
        sources=known,
        rows_known=dict.fromkeys(lists, 240),
        newest_row=dict.fromkeys(lists, date(2021, 3, 24)),
        visits_in_period={one.id: 12 for one in known if one.enabled},
    )
    return replace(made, **given)


def one_pass(*, hours: int = 6, own_outage: bool = False, **outcomes: int) -> PassView:
    began = NOW - timedelta(hours=hours)
    return PassView(began, began + timedelta(minutes=2), sum(outcomes.values()), own_outage, outcomes)


PASSES = (
    one_pass(hours=30, good=9, not_modified=4, wall=1),
    one_pass(own_outage=True),
    one_pass(good=14, gone=1),
)


def report(
    *views: DossierView, passes: tuple[PassView, ...] = PASSES, since: datetime | None = SINCE
) -> Report:
    return build(now=NOW, since=since, dossiers=views or (view(),), passes=passes)


"""Titles that want to be something else than text."""


def hostile_report(text: str, url: str | None = None) -> Report:
    """A report in which every foreign text is this one, addresses too unless another is given."""
    return hostile_crowd((text,), None if url is None else (url,))


def hostile_crowd(texts: Sequence[str], urls: Sequence[str] | None = None) -> Report:
    """A report of three findings a text; standings, sources and passes have the texts in turn."""
    urls = texts if urls is None else urls
    found = [one for at, text in enumerate(texts) for one in _hostile(at, text, urls[at % len(urls)])]
    kept = {
        name: replace(one, url=urls[at % len(urls)], link=replace(one.link, rule=texts[at % len(texts)]))
        for at, (name, one) in enumerate(standings().items())
    }
    off = [
        replace(one, url=urls[at % len(urls)], because=texts[at % len(texts)])
        for at, one in enumerate(followed())
    ]
    ran = tuple(one_pass(**{text: 1}) for text in texts)
    return report(view(findings=tuple(found), standings=kept, sources=tuple(off)), passes=ran)


def _hostile(at: int, text: str, url: str) -> list[Finding]:
    places = Place(text, text, text)
    change = Change(ChangeKind.TEXT, text, f"a{text}", f"b{text}")
    given = {"url": url, "title": text, "because": (text,), "document_number": text, "subject": text}
    new, edited, dismissed = 3 * at + 1, 3 * at + 2, 3 * at + 3
    return [
        finding(new, FindingKind.NEW_ZONE, zone=places, note=text, key=f"1{text}", **given),
        finding(edited, FindingKind.EDITED, changes=(change,), key=f"2{text}", **given),
        finding(dismissed, state=ReviewState.DISMISSED, note=text, key=f"3{text}", **given),
    ]
