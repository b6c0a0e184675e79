"""Reading the places in a title or sentence: those that fill a frame, those that stand by a phrase."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.model import Place
from monitor.places import LONGEST, is_full, lookup, resolve, unknown

LONGEST_ROW = 200
"""what stands for a place and is longer names none: the eight batches so far named four places at most"""

_APART = re.compile(r"[、,;/-]|以及|及|与")
_AND_MORE = re.compile(
    r"等(?:\d{1,3}|[一二两三四五六七八九十]{1,3})?(?:个|座)?(?:省市|城市|市县|地区|地方|市|县|区|地)?$"
)
_BRACKETS = re.compile(r"[()]")
_RIM = re.compile(r"^[在于]|(?:市|县|区|州|盟|旗|省)?人民政府$")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,24}")
_NO_PLACE = re.compile(
    r"建设|创建|开展|发展|有关|相关|部分|若干|一批|重点|(?:大学|学院|公司|集团|院|研究所|中心|协会|学会|联盟|企业"
    r"|高校|单位|部门|城市|地方|省份|平台|项目|工程|基地|实验室|团队|机构|行业|产业)$"
)
_SENTENCE = re.compile(r"[。;!?,:《》()]")
_VERBS = re.compile(
    r"(?:建设|创建|打造|启动|获批|获准|推进|加快|开展|共建|支持|同意|申报|申建|入选|成为|批准|率先|全面|正式|积极|高水平"
    r"|的|国家级|首个|首批|开始|进行|布局|两地|三地|四地|两市|三市|四市)+$"
)
_ARRIVES = re.compile(r"^(?:正式|再次)?(?:落户|落地|落子|花落|布局)(?:于|在)?")


@dataclass(frozen=True, slots=True)
class Named:
    """The places read, and what was not a place's name."""

    places: tuple[Place, ...]
    strangers: tuple[str, ...] = ()
    """names that no list knows, among `places` all the same"""
    refused: tuple[str, ...] = ()
    """words that stand where a place should and cannot be one"""

    @property
    def are_credible(self) -> bool:
        """Whether these can be believed to be places: known ones, or strangers beside no nonsense."""
        known = len(self.places) - len(self.strangers)
        return known > 0 or bool(self.places and not self.refused)


def read_places(printed: str, province: str | None = None) -> Named:
    """Read the normalised words that fill a frame's `{place}`: one place, or several in a row.

    In: 广州市, 沈阳、哈尔滨, 杭州市和德清县, 天津（滨海新区）, 沈阳等3个城市; the province of the
    addressee, which tells apart places of one name. A name unknown to any list is a place unless its
    words say that it is none.
    """
    if len(printed) > LONGEST_ROW:
        return Named((), (), (f"{printed[:20]}…",))
    whole = lookup(printed, province)
    if whole:  # 于洪区 and 天等县 are names from end to end
        return Named((whole,), (), ())
    pieces = _APART.split(_AND_MORE.sub("", _BRACKETS.sub("", printed)))
    names = [name for piece in pieces for name in _by_and(_RIM.sub("", piece))]
    places, strangers, refused = [], [], []
    for name in dict.fromkeys(filter(None, names)):
        known = lookup(name, province)
        if known is None and (not _NAME.fullmatch(name) or _NO_PLACE.search(name)):
            refused.append(name)
            continue
        strangers += [] if known else [name]
        places.append(known or unknown(name, province))
    return Named(tuple(dict.fromkeys(places)), tuple(strangers), tuple(refused))


def places_by(text: str, phrase: str) -> tuple[Place, ...]:
    """Return the known places for which a normalised text uses the phrase, in order of appearance.

    Before it (天津市建设…, 北京、上海等地建设…) or, where none stands there, as where it goes (…落户苏州).
    """
    found: dict[Place, None] = {}
    for use in re.finditer(re.escape(phrase), text):
        before = _SENTENCE.split(text[max(0, use.start() - 80) : use.start()])[-1]
        places = _ending(_VERBS.sub("", _AND_MORE.sub("", _VERBS.sub("", before))))
        found |= dict.fromkeys(places or _arriving(text[use.end() : use.end() + LONGEST + 8]))
    return tuple(found)


def leading_place(title: str) -> Place | None:
    """Return the known place that a normalised title begins with, as an issuer's does; no province."""
    for length in range(min(len(title), LONGEST), 1, -1):
        place = lookup(title[:length])
        if place and place.province:
            return place
    return None


def could_begin_place(words: str) -> bool:
    """Tell whether words at which a title was cut could be the beginning of a place's name, if any."""
    return len(words) <= 12 and not _NO_PLACE.search(words)


def _by_and(piece: str) -> list[str]:
    """Take 杭州市和德清县 apart, but neither 和田 nor 呼和浩特: 和 parts only what is a place alone."""
    if resolve(piece):
        return [piece]
    for i in (match.start() for match in re.finditer("和", piece)):
        left, right = piece[:i], piece[i + 1 :]
        if left and right and (resolve(left) or left[-1] in "市县区州盟旗"):
            return [*_by_and(left), *_by_and(right)]
    return [piece]


def _ending(clause: str) -> tuple[Place, ...]:
    """Read the row of places with which a clause ends, from its end."""
    places: list[Place] = []
    while clause and (name := _known_tail(clause)):
        places += filter(None, [lookup(name)])
        shorter = clause.removesuffix(name)
        clause = re.sub(r"(?:[、/-]|以及|[和与及])$", "", shorter)
        if clause == shorter:
            break
    return tuple(reversed(places))


def _known_tail(clause: str) -> str | None:
    tails: Iterator[str] = (clause[-n:] for n in range(min(len(clause), LONGEST), 1, -1))
    return next((tail for tail in tails if _is_place_at_end(tail, clause)), None)


def _is_place_at_end(tail: str, clause: str) -> bool:
    """Believe a county's short name (安康 is also a wish) only where a clause or a row of places begins."""
    if not lookup(tail):
        return False
    before = clause.removesuffix(tail)[-1:]
    return is_full(tail) or resolve(tail)[0].level < 3 or before in {"", "、", "和", "与", "及", "-"}


def _arriving(after: str) -> tuple[Place, ...]:
    verb = _ARRIVES.match(after)
    place = leading_place(after[verb.end() :]) if verb else None
    return (place,) if place else ()
