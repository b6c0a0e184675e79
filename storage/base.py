"""What all tables share: how types are stored, and how constraints are named."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from monitor.model import FindingKind, ReviewState, Role, Severity, State
from scraper.model import Completeness, OutcomeKind, Trouble
from storage.columns import Choice, UtcTime, Words

CHOICES = (Completeness, FindingKind, OutcomeKind, ReviewState, Role, Severity, State, Trouble)


class Base(DeclarativeBase):
    """The mother of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Words(),
        datetime: UtcTime(),
        **{kind: Choice(kind) for kind in CHOICES},
    }
