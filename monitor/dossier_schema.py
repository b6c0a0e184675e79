"""What a dossier's file may hold, key by key: the border that pydantic guards.

Each description is a noun phrase: editors show it through the JSON schema, and a refusal prints it after
`expected`. What ties several keys together is in `monitor.dossier_rules`.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from scraper.hours import SPAN, Hours, read_hours

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_INTERVAL = "^[1-9][0-9]{0,4}[mhdw]$"
_ADDRESS = r"^https?://[^\s/?#]+\S*$"
_LIST_NAME = "^(?!fn[0-9]+$)[a-z0-9]+(-[a-z0-9]+)*$"
_HOST = "^[^\\s/:@]+$"


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("some text")
    return text


def _address(text: str) -> str:
    """Keep an http or https address with a host and without blanks; the port must be a number."""
    try:
        parts = urlsplit(text)
        fits = re.match(_ADDRESS, text) and parts.hostname and (parts.port or 80) > 0
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("an address that begins with http:// or https://, with a host and without blanks")
    return text


def _question(text: str) -> str:
    if _address(text).count("{words}") != 1 or set("{}") & set(text.replace("{words}", "")):
        raise ValueError("an address with {words} once, for what is sought")
    return text


def _interval(value: object) -> timedelta:
    if not isinstance(value, str) or not re.match(_INTERVAL, value):
        raise ValueError('a time such as "30m", "6h", "1d" or "2w", longer than nothing')
    return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})


def _hours(value: object) -> Hours:
    return read_hours(value if isinstance(value, str) else "")


def _working(value: object) -> Hours:
    return replace(_hours(value), weekdays=True)


def _list_name(text: str) -> str:
    if not re.match(_LIST_NAME, text):
        raise ValueError('small letters and digits with hyphens between, and not "fn…" (those are footnotes)')
    return text


def _frame(text: str) -> str:
    braces = sorted(re.findall(r"\{.*?\}", text))
    if braces != ["{phrase}", "{place}"] or text.count("(") != text.count(")"):
        raise ValueError("a title with {place} and {phrase} once each, and alternatives as (建设|创建)")
    return text


Text = Annotated[str, AfterValidator(_some), WithJsonSchema({"type": "string", "minLength": 1})]
Address = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "pattern": _ADDRESS})]
Template = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string"})]
Question = Annotated[
    str, AfterValidator(_question), WithJsonSchema({"type": "string", "pattern": r"\{words\}"})
]
Interval = Annotated[
    timedelta, BeforeValidator(_interval), WithJsonSchema({"type": "string", "pattern": _INTERVAL})
]
ListName = Annotated[
    str, AfterValidator(_list_name), WithJsonSchema({"type": "string", "pattern": _LIST_NAME})
]
Frame = Annotated[str, AfterValidator(_frame), WithJsonSchema({"type": "string"})]
_HOURS = WithJsonSchema({"type": "string", "pattern": SPAN})
WorkingHours = Annotated[Hours, BeforeValidator(_working), _HOURS]
NightHours = Annotated[Hours, BeforeValidator(_hours), _HOURS]
Host = Annotated[str, Field(pattern=_HOST)]
Footnote = Annotated[int, Field(ge=1)]
_DAY = timedelta(days=1)


class _Table(BaseModel):
    """A table of the file: nothing unknown in it, nothing read as what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)


class StrengthTable(_Table):
    """What a zone is good at."""

    en: Text | None = Field(None, description="the strength in English")
    zh: Text | None = Field(None, description="the Chinese term")


class ZoneTable(_Table):
    """A zone as the translation knows it."""

    zh: Text = Field(description="the place's name in Chinese, such as 广州")
    en: Text = Field(description="the place's name in English, such as Guangzhou")
    province: Text | None = Field(None, description="the province's full name in Chinese, such as 广东省")
    level: Text | None = Field(None, description="the place's level, such as county")
    created: date | None = Field(None, description="a day without quotes, such as 2019-10-17")
    announced: date = Field(description="a day without quotes, such as 2019-10-18")
    footnote: Footnote = Field(description="the number of the footnote that the zone rests on")
    strengths: list[StrengthTable] = Field([], description='a list of { en = "…", zh = "…" }')


class CitationTable(_Table):
    """A footnote and its address."""

    footnote: Footnote = Field(description="the footnote's number, from 1")
    printed: Text | None = Field(None, description="the address as the document prints it")
    url: Address | None = Field(None, description="the address as it must have been")
    repairs: list[Text] = Field([], description="a list of what was put right, one text each")
    status: Literal["intact", "repaired", "unresolved"] | None = Field(
        None, description='"intact", "repaired" or "unresolved"'
    )
    because: Text | None = Field(None, description="why it stays unresolved")
    zone: Text | None = Field(None, alias="for", description="the Chinese name of the zone that it is for")
    what: Text | None = Field(None, description="what it cites, if no zone, such as guideline")
    title: Text | None = Field(None, description="the cited document's title")
    number: Text | None = Field(
        None, description="the cited document's number, such as 国科函规〔2020〕171号"
    )
    interval: Interval = Field(
        _DAY, description='a time such as "6h" or "1d"', json_schema_extra={"default": "1d"}
    )
    hours: WorkingHours | None = Field(
        None, description='hours of weekdays in China such as "08:30-17:30", in which it is looked at'
    )


class ListTable(_Table):
    """A page on which news would appear."""

    name: ListName = Field(description="the list's name, such as most-qtwj")
    url: Address = Field(description="the address of the list's first page")
    formerly: list[Address] = Field([], description="addresses that the list had before")
    interval: Interval = Field(
        _DAY, description='a time such as "6h" or "1d"', json_schema_extra={"default": "1d"}
    )
    report: Literal["matching", "all"] = Field("matching", description='"matching" or "all"')
    enabled: bool = Field(True, description="true or false")
    because: Text | None = Field(None, description="why the list is off")
    back_to: date | None = Field(None, description="a day without quotes, such as 2020-03-01")
    rarest: Interval | None = Field(
        None, description='a time such as "1w", the longest between two looks at a list that is still'
    )
    hours: WorkingHours | None = Field(
        None, description='hours of weekdays in China such as "08:30-17:30", in which it is looked at'
    )
    mornings: Interval | None = Field(
        None, description='a time such as "2h", between two looks on weekday mornings in China'
    )


class GoalTable(_Table):
    """How many zones there are to be, and when."""

    count: int = Field(ge=1, description="how many zones there are to be")
    by: int = Field(ge=1949, le=2999, description="a year, such as 2023")
    about: bool = Field(False, description="true or false")


class RecognitionTable(_Table):
    """How announcements are told apart."""

    phrase: Text = Field(description="the programme's name, the words that every announcement holds")
    frame: Frame = Field(description="an announcement's title with {place} and {phrase}")
    issuers: list[Text] = Field(min_length=1, description="a list of the bodies that may sign")
    numbers: list[Text] = Field([], description="a list of prefixes of document numbers, such as 国科函规")
    hosts: list[Host] = Field(min_length=1, description="a list of the only official hosts")
    look_alikes: list[Text] = Field([], description="a list of programmes that are never ours")


class RefilingTable(_Table):
    """How a site re-filed its pages."""

    old: Template = Field(alias="from", description="an old address with names in braces")
    new: list[Template] = Field(alias="to", min_length=1, description="a list of new addresses, same names")


class SearchTable(_Table):
    """A library's search that is asked where a lost notice may stand."""

    name: ListName = Field(description="the search's name, such as gov-library")
    url: Question = Field(description="the address of an answer, with {words} for what is sought")
    enabled: bool = Field(True, description="true or false")
    because: Text | None = Field(None, description="why the search is off")


class DossierTable(_Table):
    """A dossier of zonewatch: what a translation knows, and where news of it would appear."""

    title: Text = Field(description="the translation's title")
    publisher: Text = Field(description="who published the translation")
    published: date = Field(description="a day without quotes, such as 2020-03-11")
    language: Text = Field("en", description="the translation's language, such as en")
    enabled: bool = Field(True, description="true or false")
    because: Text | None = Field(None, description="why the dossier is off")
    goal: GoalTable | None = Field(None, description="a table [goal]")
    recognition: RecognitionTable = Field(description="a table [recognition]")
    zones: list[ZoneTable] = Field([], description="tables [[zones]]")
    citations: list[CitationTable] = Field([], description="tables [[citations]]")
    lists: list[ListTable] = Field([], description="tables [[lists]]")
    glossary: dict[str, Text] = Field({}, description='a table [glossary] of "中文" = "English"')
    refilings: list[RefilingTable] = Field([], description="tables [[refilings]]")
    searches: list[SearchTable] = Field([], description="tables [[searches]]")
    readers: dict[Host, Text] = Field({}, description='a table [readers] of "host" = "reader family"')
    rarest: Interval | None = Field(
        None, description='a time such as "3d", the longest between two looks at a document that is still'
    )
    quiet: dict[Host, NightHours] = Field(
        {}, description='a table [quiet] of "host" = "23:00-06:00", hours in China at which it is not asked'
    )


TABLES: dict[str, type[BaseModel]] = {
    "": DossierTable,
    "goal": GoalTable,
    "recognition": RecognitionTable,
    "zones": ZoneTable,
    "strengths": StrengthTable,
    "citations": CitationTable,
    "lists": ListTable,
    "refilings": RefilingTable,
    "searches": SearchTable,
}
"""Which table stands under which key, for messages about unknown keys."""
