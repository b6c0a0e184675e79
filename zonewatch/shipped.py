"""Where the shipped dossiers and the history lie: in a checkout beside the code, in a wheel inside it."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return the folder `dossiers` or `history` that came with the program."""
    inside = PACKAGE / "data" / name
    if inside.is_dir():
        return inside
    checkout = PACKAGE.parent
    return checkout / "fixtures" / name if name == "history" else checkout / name
