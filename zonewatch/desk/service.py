"""The service layer of the desk: every question and decision; pages and API stand on it alone."""

from zonewatch.desk.bringing import Bringing
from zonewatch.desk.documents import Documents
from zonewatch.desk.judging import Judging
from zonewatch.desk.triaging import Triaging


class Service(Judging, Documents, Triaging, Bringing):
    """All that the desk can ask and do; see the parts. Raises `NotFoundError` for what is not there."""
