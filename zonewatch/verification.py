"""`verify`: everything kept held against its proofs, and put right where that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scraper import timestamps
from scraper.timestamps import StampError
from storage.damage import Checked, Damage, Kind
from storage.repairing import Missing
from storage.store import Store
from zonewatch.app import App
from zonewatch.leasing import leased
from zonewatch.mending import RESTORED, Mending
from zonewatch.progress import progress_bar
from zonewatch.stamping import certificates


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: the damage, what became of it, what is set aside since earlier ones.

    `unproved` are stamps that could not be checked, because no certificate is named; `pruned` bodies were
    let go.
    """

    checked: Checked
    damage: tuple[Damage, ...]
    done: dict[Damage, str] = field(default_factory=dict)
    aside: tuple[Missing, ...] = ()
    unproved: int = 0
    pruned: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged that could not be restored."""
        return all(self.done.get(one) == RESTORED for one in self.damage)


def verify(app: App) -> Verified:
    """Walk over all that was kept; nothing is changed."""
    with app.store(create=False) as store:
        return _walked(app, store)


def repair(app: App, files: Sequence[Path]) -> Verified:
    """Walk, restore what can be from these WARC files, set the rest aside, and walk again.

    Raises ZonewatchError for a file that cannot be read, BusyError while another process is at work.
    """
    with app.store(create=False) as store, leased(store, app.clock):
        before, aside = _walked(app, store), store.aside() if files else ()
        if not before.damage and not aside:
            return before
        mending = Mending(store, (*before.damage, *aside), app.clock(), frozenset(aside))
        mending.run(files)
        after = _walked(app, store)
    still = set(after.damage)
    done = {one: mending.done.get(one, RESTORED) for one in before.damage if one not in still}
    done |= {one: RESTORED for one in aside if one in mending.done}
    return replace(after, damage=tuple(dict.fromkeys((*before.damage, *done, *after.damage))), done=done)


def _walked(app: App, store: Store) -> Verified:
    trusted, checked = certificates(app), Checked()
    with progress_bar("verifying") as progress:
        damage = list(store.verify(checked, progress))
    unproved = 0
    for kept in store.seals():
        if kept.stamp is None:
            continue
        if not trusted:
            unproved += 1
            continue
        checked.stamps += 1
        try:
            timestamps.check(kept.stamp, kept.seal.canonical, trusted)
        except StampError as error:
            damage.append(Damage(Kind.STAMP, f"{kept.seal.day}: {error}", kept.id))
    return Verified(checked, tuple(damage), aside=store.missing(), unproved=unproved, pruned=store.pruned())
