"""The API's documents, as DESIGN section 4 of the contract has them: the same that `--json` prints."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from monitor.model import ChangeKind, FindingKind, ReviewState, Severity
from reports.json_ import instant

Instant = Annotated[AwareDatetime, PlainSerializer(instant, return_type=str)]
"""A time in UTC, whole seconds, with Z."""
FindingId = Annotated[str, Field(pattern=r"^F[1-9][0-9]*$", examples=["F17"])]
VisitId = Annotated[str, Field(pattern=r"^V[1-9][0-9]*$", examples=["V1234"])]


AnyFindingId = Annotated[str, Path(description="a finding's id, `F17` or 17", examples=["F17"])]


class Model(BaseModel):
    """A document that says nothing that is not written here."""

    model_config = ConfigDict(extra="forbid")


class Zone(Model):
    """A place in both languages."""

    zh: str
    en: str
    province: str | None


class Change(Model):
    """One difference between two readings of a notice."""

    kind: ChangeKind
    what: str
    before: str | None
    after: str | None


class Finding(Model):
    """Something worth a person's time, with the reasons and the visits that show it."""

    id: FindingId
    dossier: str
    kind: FindingKind
    severity: Severity
    subject: str
    zone: Zone | None
    url: str
    title: str
    published: date | None
    signed: date | None
    document_number: str | None
    because: list[str]
    evidence: list[VisitId]
    raised: Instant
    state: ReviewState
    note: str | None
    changes: list[Change] = []


class Findings(Model):
    """Findings in the order of their raising."""

    findings: list[Finding]


class Acceptance(Model):
    """What may be said with an acceptance."""

    note: str | None = Field(None, max_length=2000)


class Dismissal(Model):
    """The reason that a dismissal needs; `note` is taken for it too."""

    why: str = Field(
        min_length=1,
        max_length=2000,
        pattern=r"[^\s\x00-\x1f\x85]",
        validation_alias=AliasChoices("why", "note"),
    )


class Problem(Model):
    """Why a request was not answered."""

    detail: str


class Health(Model):
    """Whether the desk works, and when the monitor last did."""

    status: Literal["ok", "failing"]
    last_pass: Instant | None
