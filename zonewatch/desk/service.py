"""The service layer of the desk: every question and decision; pages and API stand on it alone."""

from zonewatch.desk.bringing import Bringing
from zonewatch.desk.judging import Judging
from zonewatch.desk.knowing import Knowing
from zonewatch.desk.looking import Looking


class Service(Judging, Looking, Knowing, Bringing):
    """All that the desk can ask and do; see the parts. Raises `NotFoundError` for what is not there."""
