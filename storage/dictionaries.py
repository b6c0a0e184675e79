"""What a body leans on: an earlier version of its page, else a page of its site, else nothing.

Pages of a site share their frame (navigation, styles, scripts), so one of them, kept whole as a
*dictionary*, makes the others ten times smaller than they were. The first page of a site becomes its
dictionary, and one that none of the newest helps becomes another (a second template); when some pages lean
on it, they become a family (`storage.families`).
A version of a page that was kept before leans on the first one of that page: what differs is kept.
So never more than one other body and one dictionary have to be read for a body.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from storage.errors import StoreError
from storage.families import MARK, PAGES, gathered, is_family, opened, squeeze_first, squeeze_in
from storage.frames import CLOSE, FAMILY, LEVEL, squeeze, unsqueeze
from storage.pen import pen
from storage.schema import Body, Dictionary, Site

SMALLEST: Final = 2_000
"""bytes from which a page can be a dictionary"""
LARGEST: Final = 2**20
"""bytes up to which a body leans on something or is leant on: what is larger costs memory at each reading"""
CAREFUL: Final = 2**18
"""bytes up to which the slow level is worth its time: some milliseconds"""
TRIED: Final = 6
"""how many dictionaries of a site are tried for a page, families among them"""
MOST: Final = 16
"""how many dictionaries a site may get by itself; `renew` makes more"""
HELPS: Final = 2 / 3
"""of its size alone, what a frame may have at most to lean on a dictionary"""
SAME_PAGE: Final = 1 / 4
"""of its size alone, what a frame may have at most to lean on an earlier version of its page"""
SAMPLE: Final = 5
"""bodies of a site by which `renew` judges"""
BETTER: Final = 0.9
"""of what they take now, what a sample may take at most to be worth a new dictionary"""


@dataclass(frozen=True, slots=True)
class Frame:
    """A body's frame, and the number of the dictionary or the body that it leans on."""

    data: bytes
    dictionary: int | None = None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many dictionaries `renew` made, and how many that nothing needs it dropped."""

    made: int
    dropped: int


def frame_of(session: Session, data: bytes, *, site: int | None, before: Body | None) -> Frame:
    """Return the smallest frame of a page; a page that nothing helps becomes a dictionary of its site.

    `site` is the site's number (None for what is no text), `before` an earlier body of the same page.
    """
    if len(data) > LARGEST:
        return Frame(squeeze(data, level=LEVEL))
    alone = len(squeeze(data, level=CLOSE))
    found = _on_version(data, before, alone) or _on_dictionary(session, data, site, alone)
    return found or Frame(squeeze(data))


def _on_version(data: bytes, before: Body | None, alone: int) -> Frame | None:
    key = before and (before.base or before)
    if key is None or key.size > LARGEST:
        return None
    try:
        like = plain_of(key)
    except StoreError:  # damaged, which `verify` names; nothing new leans on it
        return None
    frame = squeeze(data, like, CLOSE) if like else b""
    return Frame(frame, base=key.id) if like and len(frame) <= alone * SAME_PAGE else None


def _on_dictionary(session: Session, data: bytes, site: int | None, alone: int) -> Frame | None:
    if site is None or len(data) < SMALLEST:
        return None
    known = [(row, like) for row in newest_of(session, site, TRIED) if (like := readable(row))]
    for row, like in known:
        if is_family(like):
            frame = _in_family(session, row, data, like, alone)
        elif len(squeeze(data, like, CLOSE)) <= alone * HELPS:
            frame = _gathered(session, row, data, known) or _on_page(row, data, like)
        else:
            continue
        if frame:
            return frame
    if _count(session, site) >= MOST:
        return None
    return Frame(squeeze(data, data, CLOSE), dictionary=_put(session, site, data, _first(session, site)).id)


def _on_page(row: Dictionary, data: bytes, like: bytes) -> Frame:
    return Frame(squeeze(data, like, FAMILY if len(data) <= CAREFUL else CLOSE), dictionary=row.id)


def _in_family(session: Session, row: Dictionary, data: bytes, like: bytes, alone: int) -> Frame | None:
    begun = pen(session).squeezed.get(data)
    if begun and begun.family == like:
        frame = begun.frame.result()
    else:
        frame = squeeze_in(data, like) if len(data) <= CAREFUL else None
    return Frame(frame, dictionary=row.id) if frame and len(frame) <= alone * HELPS else None


def _gathered(
    session: Session, first: Dictionary, data: bytes, known: Sequence[tuple[Dictionary, bytes]]
) -> Frame | None:
    """Make a family of a page and those that lean on it, once they are enough; return a frame in it.

    Those lean on the family from now on: what they have of their own is there, and not kept twice.
    """
    page = bytes_of(first)
    if len(page) > CAREFUL or any(like.startswith(MARK + page) for _, like in known):
        return None
    wish = select(Body).where(Body.dictionary_id == first.id, Body.size <= CAREFUL).order_by(Body.id)
    pages = list[tuple[Body, bytes]]()
    for body in session.scalars(wish.limit(PAGES + 1)).all():
        plain = _readable(body)
        if plain and plain != page:
            pages.append((body, plain))
    if len(pages) < PAGES:
        return None
    family = gathered(page, (plain for _, plain in pages))
    base = first if first.base_id is None else _first(session, first.site_id)
    row = _put(session, first.site_id, family, base)
    for body, plain in pages:
        body.data, body.dictionary_id = squeeze_first(plain, family), row.id
    session.flush()
    return Frame(squeeze_first(data, family), dictionary=row.id) if len(data) <= CAREFUL else None


def _readable(body: Body) -> bytes:
    try:
        return plain_of(body)
    except StoreError:
        return b""


def newest_of(session: Session, site: int, many: int) -> Sequence[Dictionary]:
    """Return the newest dictionaries of a site."""
    wish = select(Dictionary).where(Dictionary.site_id == site).order_by(Dictionary.id.desc())
    return session.scalars(wish.limit(many)).all()


def _count(session: Session, site: int) -> int:
    return session.scalar(select(func.count()).where(Dictionary.site_id == site)) or 0


def _first(session: Session, site: int) -> Dictionary | None:
    """Return the dictionary of a site on which its others lean, if that helps."""
    wish = select(Dictionary).where(Dictionary.site_id == site).order_by(Dictionary.id).limit(1)
    first = session.scalar(wish)
    return first if first and first.base_id is None else None


def _put(session: Session, site: int, data: bytes, first: Dictionary | None) -> Dictionary:
    """Keep bytes as a dictionary; they lean on `first`, if that helps."""
    like = readable(first) if first else b""
    alone, leaning = squeeze(data, level=FAMILY), squeeze(data, like, FAMILY)
    enough = len(alone) * (1 if is_family(data) else HELPS)
    base = first.id if first and like and len(leaning) <= enough else None
    row = Dictionary(site_id=site, base_id=base, size=len(data), data=leaning if base else alone)
    session.add(row)
    session.flush()
    return row


def readable(dictionary: Dictionary) -> bytes:
    """Return a dictionary's bytes; b"" for a damaged one."""
    try:
        return bytes_of(dictionary)
    except StoreError:
        return b""


def bytes_of(dictionary: Dictionary) -> bytes:
    """Return a dictionary's bytes; raises StoreError if it is damaged."""
    data = opened(dictionary.data, dictionary.base.data if dictionary.base else None)
    if len(data) != dictionary.size:
        raise StoreError(f"the dictionary {dictionary.id} is damaged: its size differs")
    return data


def plain_of(body: Body) -> bytes:
    """Return the bytes of a body from its frame and what that leans on; b"" for one that is gone.

    Raises StoreError if one of them is damaged or gone.
    """
    if not body.data:
        return b""
    dictionary, base = body.dictionary, body.base
    if base is not None and not base.data:
        raise StoreError(f"the body {base.digest.hex()}, on which another leans, is gone")
    like = plain_of(base) if base else bytes_of(dictionary) if dictionary else b""
    return unsqueeze(body.data, like)


def rebase(session: Session, leaving: Sequence[int], *, do_it: bool) -> int:
    """Let the bodies that stay lean on none of those that leave; return how many bytes they grow by.

    The oldest one that stays takes the place of the one that leaves. A body that cannot be read stays
    as it is. Nothing is changed unless `do_it`.
    """
    wish = select(Body).where(Body.base_id.in_(leaving), Body.id.not_in(leaving))
    grown, heir = 0, _Heir(None, 0, b"")
    for body in session.scalars(wish.order_by(Body.base_id, Body.id)).all():
        try:
            data = plain_of(body)
            if heir.base != body.base_id:
                frame, heir = _alone(body, data), _Heir(body.base_id, body.id, data)
            else:
                frame = Frame(squeeze(data, heir.data, CLOSE), base=heir.number)
        except StoreError:
            continue
        grown += len(frame.data) - len(body.data)
        if do_it:
            body.data, body.dictionary_id, body.base_id = frame.data, frame.dictionary, frame.base
    if do_it:
        session.flush()
        session.expire_all()
    return grown


@dataclass(frozen=True, slots=True)
class _Heir:
    """The body on which the others that leant on `base` lean now."""

    base: int | None
    number: int
    data: bytes


def _alone(body: Body, data: bytes) -> Frame:
    """Return a frame that leans on no body, but on the dictionary that the body before it leans on."""
    dictionary = body.base.dictionary if body.base else None
    level = FAMILY if len(data) <= CAREFUL else CLOSE
    like = bytes_of(dictionary) if dictionary else b""
    return Frame(squeeze(data, like, level), dictionary=dictionary.id if dictionary else None)


def renew(session: Session) -> Renewed:
    """Give each site whose pages have changed a newer dictionary, and drop those that nothing leans on.

    Pages that are kept stay as they are; those to come lean on the new one.
    """
    sites = session.scalars(select(Site.id).order_by(Site.id)).all()
    made = sum(_renew(session, site) for site in sites)
    session.flush()
    return Renewed(made, _drop(session))


def _renew(session: Session, site: int) -> bool:
    now = next(iter(newest_of(session, site, 1)), None)
    wish = (
        select(Body).join(Dictionary, Body.dictionary_id == Dictionary.id).where(Dictionary.site_id == site)
    )
    bodies = session.scalars(wish.order_by(Body.id.desc()).limit(SAMPLE + 1)).all()
    if now is None or len(bodies) <= SAMPLE:
        return False
    try:
        newest, *sample = map(plain_of, bodies)
    except StoreError:
        return False
    if _together(sample, newest) > _together(sample, readable(now)) * BETTER:
        return False
    _put(session, site, newest, _first(session, site))
    return True


def _together(sample: Sequence[bytes], like: bytes) -> int:
    return sum(len(squeeze(data, like, CLOSE)) for data in sample)


def _drop(session: Session) -> int:
    newest = select(func.max(Dictionary.id)).group_by(Dictionary.site_id)
    bases = select(aliased(Dictionary).base_id)
    needed = [
        newest,
        select(Body.dictionary_id).where(Body.dictionary_id.is_not(None)),
        bases.where(bases.selected_columns[0].is_not(None)),
    ]
    idle = select(Dictionary.id).where(*(Dictionary.id.not_in(wish) for wish in needed))
    numbers = session.scalars(idle).all()
    session.execute(delete(Dictionary).where(Dictionary.id.in_(numbers)))
    return len(numbers)
