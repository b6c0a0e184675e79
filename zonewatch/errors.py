"""What stops a command, in a form fit for a person: one line, the thing, the way out."""

import click


class ZonewatchError(click.ClickException):
    """A command that could not run (exit code 1)."""

    exit_code = 1

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the one line on standard error."""
        from zonewatch.logs import write

        write(f"zonewatch: {' '.join(self.message.split())}", "error")


class BusyError(ZonewatchError):
    """Another process holds the lease (exit code 75, EX_TEMPFAIL of sysexits.h)."""

    exit_code = 75
