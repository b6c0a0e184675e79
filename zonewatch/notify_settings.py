"""A route of notifications as an operator writes it: a table `[[notify]]` of the settings."""

import difflib
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from zonewatch.fields import SECRET, Home, Words, unset
from zonewatch.refusals import nearest


class Notify(BaseModel):
    """One route of notifications: which findings go where, when, and in which language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="its name, in lower case")
    url: str | None = Field(
        None,
        description="the channel, as apprise writes it (mailto://…); a settings file with it must be 0600",
        json_schema_extra=SECRET,
    )
    url_env: str | None = Field(None, description="or: the environment variable that holds it")
    url_file: Home | None = Field(None, description="or: the file that holds it, its mode 0600")
    kinds: Words = Field((), description="kinds of findings; empty: all")
    severities: Words = Field((), description="of `high`, `normal`, `low`; empty: all")
    dossiers: Words = Field((), description="ids of dossiers; empty: all")
    when: str = Field("at once", description="`at once`, `daily 08:00` or `weekly monday 08:00`")
    zone: str = Field("Asia/Shanghai", description="the time zone of `when`")
    language: Literal["en", "zh"] = Field("en", description="`en` or `zh`")

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, values: Any) -> Any:
        return unset(cls, values)

    @field_validator("kinds", "severities")
    @classmethod
    def _known(cls, words: tuple[str, ...], info: Any) -> tuple[str, ...]:
        from monitor.model import FindingKind, Severity

        known = [one.value for one in (FindingKind if info.field_name == "kinds" else Severity)]
        for word in words:
            if word not in known:
                raise ValueError(f"there is no `{word}`{nearest(word, known)}")
        return words

    @field_validator("when")
    @classmethod
    def _hours(cls, when: str) -> str:
        from scheduler.routes import hours_of

        try:
            hours_of(when)
        except ValueError as error:
            raise ValueError(f"{error}, not {when!r}") from None
        return when

    @field_validator("zone")
    @classmethod
    def _zone(cls, zone: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = difflib.get_close_matches(zone, available_timezones(), n=1)
            hint = f"; did you mean `{near[0]}`?" if near else "; an example is `Asia/Shanghai`"
            raise ValueError(f"there is no time zone `{zone}`{hint}") from None
        return zone

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        given = [name for name in ("url", "url_env", "url_file") if getattr(self, name)]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise ValueError(f"route `{self.name}` needs one of url, url_env and url_file, and has {found}")
        return self
