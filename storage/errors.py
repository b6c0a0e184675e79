"""What can go wrong with the store, in sentences fit for a person."""

HINT = " (zonewatch verify says what is damaged)"


class StoreError(Exception):
    """The store cannot do what was asked; the text is one line that names the place and the way out."""


class LeaseLost(StoreError):  # noqa: N818 - a fact about the world, and the word the scheduler uses
    """Another process holds the lease by now: nothing of what was to be kept has been kept."""


class BodyGone(StoreError):  # noqa: N818 - a fact, and no fault of the store
    """A body was let go, or set aside as damaged; the text says when and why."""


class NotThere(StoreError):  # noqa: N818 - a fact about the database
    """A row points at another that is not there: the database is damaged."""
