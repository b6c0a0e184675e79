"""Puts the shipped dossiers and the history into the wheel; a checkout is read where it lies."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {"dossiers": "zonewatch/data/dossiers", "fixtures/history": "zonewatch/data/history"}


class ShippedData(BuildHookInterface[Any]):
    """Adds `SHIPPED` to every wheel but an editable one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders to include; `version` is hatchling's kind of wheel."""
        if version != "editable":
            build_data["force_include"].update(SHIPPED)
