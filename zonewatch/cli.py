"""The command line. Each command's module is imported when the command is called, no sooner."""

import gc
import sys
from importlib import import_module
from keyword import iskeyword

import click

from zonewatch.app import App
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

COMMANDS = {
    "check": ("watch", "One pass over what is due."),
    "run": ("watch", "The daemon: a pass whenever something is due."),
    "worker": ("worker", "One of several machines at work on one database."),
    "report": ("report", "What a person should know."),
    "findings": ("review", "The findings that wait for a person."),
    "accept": ("review", "Accept a finding; a new zone joins the baseline."),
    "dismiss": ("review", "Dismiss a finding, with the reason."),
    "reopen": ("review", "Take a decision back."),
    "sources": ("known", "The sources and how each stands."),
    "source": ("source", "Watch pages out of a list: a table, addresses, documents."),
    "zones": ("known", "The zones: the dossier's, accepted ones, and those that wait."),
    "history": ("story", "Every visit to a source."),
    "diff": ("story", "What changed between two snapshots of a source."),
    "explain": ("story", "A source, a finding or a visit, told in sentences."),
    "parse": ("read", "A saved page: what is in it."),
    "cite": ("read", "A document: its citations and zones."),
    "classify": ("read", "Tell a new zone from a known one, a mention, or nothing of ours."),
    "serve": ("serve", "The review desk in the browser: pages, API, feed."),
    "import": ("imports", "Take a page saved in a browser as a visit."),
    "export": ("export", "Take the knowledge along: the table, the dossier, the footnotes."),
    "archive": ("archive", "What web archives keep of a citation."),
    "notify": ("notify", "Send the messages that wait, or try the channels."),
    "demo": ("demo", "Replay the shipped history and write its reports."),
    "backtest": ("backtest", "Replay a history: what was found, late, false, missed."),
    "fixture": ("fixture", "Parsers against saved pages."),
    "reparse": ("reparse", "Read and judge again what was kept, as it would be today."),
    "doctor": ("doctor", "Whether the monitor can do its work, and what to do if not."),
    "verify": ("verify", "Whether everything is still what was kept; restore what is not."),
    "prune": ("prune", "Let old page bodies go that nothing rests on."),
    "db": ("database", "The database: status, upgrade, copy."),
    "init": ("setup", "Write a settings file with every setting explained."),
    "config": ("setup", "The settings in force and where each comes from."),
}
"""Command: the module in `zonewatch.commands` that holds it, and its line of help."""


YOUNG = 25_000
"""Objects made before Python looks for rings among them; at its 700 that is a fifth of a start-up."""


class Commands(click.Group):
    """The commands by name; only the one that is called is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the commands in the order of a user's day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command and take the command from it."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"zonewatch.commands.{COMMANDS[cmd_name][0]}")
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@global_options
@click.version_option(package_name="zonewatch", message="zonewatch %(version)s")
@click.pass_context
def cli(ctx: click.Context, app: App) -> None:
    """Watch the pages that a translation cites, and say what is new, what moved and what broke."""
    ctx.obj = app


def main() -> None:
    """Run the command line; a broken pipe ends it quietly, as readers of `| head` expect."""
    gc.set_threshold(YOUNG)
    try:
        cli()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except ZonewatchError as error:
        error.show()
        sys.exit(error.exit_code)
