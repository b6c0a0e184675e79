"""A notice's course that goes on elsewhere: where it held, and the rest of it from there.

A worker looks at one host's notices and cannot wait for the other hosts' (a killed one would take what
it holds along). It says where a course stood; whoever ends the round, when all hosts were asked, goes on.
"""

from enum import StrEnum

from monitor.course import notice, search
from monitor.course.context import Context
from monitor.course.steps import Hold, Steps, hold
from monitor.model import Role, Source


class Left(StrEnum):
    """Where a notice's course held."""

    SILENT = "silent"
    """nothing answered, and nothing is kept yet: whose fault that is shows at the end"""
    LOST = "lost"
    """the page is gone and that is kept; the search for it waits for the lists"""
    BEHIND = "behind"
    """the page is well; the old address that it moved from does not answer"""


def left_at(held: Hold) -> Left | None:
    """Tell where a notice's course held; None where the courses of its own site let it go on."""
    if held.here:
        return None
    if held.look is None:
        return Left.LOST
    return Left.BEHIND if held.look.role is Role.SUCCESSOR else Left.SILENT


def course(source: Source, left: Left, context: Context) -> Steps[None]:
    """Go on with a notice's course.

    One that nothing answered begins again: its first look is given the silence that was met, so that
    nobody is asked twice.
    """
    match left:
        case Left.SILENT:
            yield from notice.course(source, context)
        case Left.BEHIND:
            yield from notice.look_back(source, context)
        case Left.LOST:
            yield from hold(Hold(source.role))
            yield from search.course(source, context)
