"""Findings as a person left them: data for the tests of what is taken along."""

from datetime import UTC, date, datetime
from pathlib import Path

from monitor.dossier import Dossier, load
from monitor.model import Draft, Finding, FindingKind, Place, ReviewState, Severity

DOSSIER = Path(__file__).parents[1] / "dossiers" / "ai_pilot_zones.toml"
OLD = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202009/t20200904_"
NEW = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202009/t20200904_"
GUANGZHOU = Place("广州", "Guangzhou", "广东省")
WUHAN = Place("武汉", "Wuhan", "湖北省")
TITLE = "科技部关于支持{}建设国家新一代人工智能创新发展试验区的函"


def dossier() -> Dossier:
    return load(DOSSIER)


def finding(
    number: int,
    kind: FindingKind = FindingKind.NEW_ZONE,
    *,
    subject: str = "ai-pilot-zones/t20200904_158650",
    url: str = f"{OLD}158650.htm",
    zone: Place | None = None,
    title: str | None = None,
    because: tuple[str, ...] = ("the title is in the frame",),
    published: date | None = date(2020, 9, 4),
    signed: date | None = date(2020, 9, 3),
    document_number: str | None = "国科函规〔2020〕171号",
    state: ReviewState = ReviewState.ACCEPTED,
    dossier: str = "ai-pilot-zones",
    raised: datetime = datetime(2020, 9, 4, 4, tzinfo=UTC),
) -> Finding:
    draft = Draft(
        key=f"{kind}|{number}",
        dossier=dossier,
        kind=kind,
        severity=Severity.HIGH,
        subject=subject,
        url=url,
        title=title or TITLE.format(zone.zh if zone else "某地"),
        because=because,
        zone=zone,
        published=published,
        signed=signed,
        document_number=document_number,
    )
    return Finding(number, draft, raised, (number,), state)


def guangzhou(number: int = 5, state: ReviewState = ReviewState.ACCEPTED) -> Finding:
    return finding(number, zone=GUANGZHOU, state=state)


def wuhan(number: int = 4) -> Finding:
    return finding(
        number,
        zone=WUHAN,
        subject="ai-pilot-zones/t20200904_158651",
        url=f"{OLD}158651.htm",
        document_number="国科函规〔2020〕172号",
    )
