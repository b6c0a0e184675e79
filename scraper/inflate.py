"""Content codings undone within a bound: 1.5 kB on the wire can be gigabytes (FACTS section 5, trap 7)."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from scraper.model import Completeness

_STEP = 64 * 1024
_NO_CODING = frozenset({"identity", "none", "binary", "utf-8", "utf8", "gbk", "gb2312", "gb18030"})
"""Not coded at all; servers set up wrongly put the charset here, and browsers pass it over."""
_MOST_LAYERS = 3
_MOST_MEMBERS = 100
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Inflated:
    """What came out: the content, whether it is WHOLE, CUT_CODING or TOO_LARGE, and why if not whole."""

    content: bytes
    completeness: Completeness = Completeness.WHOLE
    detail: str = ""


def inflate(body: bytes, coding: str | None, limit: int) -> Inflated:
    """Undo the codings that a Content-Encoding header names, `limit` bytes of content at most.

    Knows gzip (RFC 1952, several members too), deflate (RFC 9110 means zlib's form, some servers
    send it bare) and identity; another coding leaves the content empty. Never raises.
    """
    names = [name for name in (part.strip().lower() for part in (coding or "").split(",")) if name]
    layers = [name for name in reversed(names) if name not in _NO_CODING]
    if len(layers) > _MOST_LAYERS:
        return Inflated(b"", Completeness.CUT_CODING, f"{len(layers)} content codings")
    made = _bounded(body, limit)
    for name in layers:
        if made.completeness is not Completeness.WHOLE:
            break
        made = _CODINGS.get(name, _unknown(name))(made.content, limit)
    return made


def _bounded(body: bytes, limit: int) -> Inflated:
    if len(body) > limit:
        return Inflated(body[:limit], Completeness.TOO_LARGE, f"more than {limit} bytes")
    return Inflated(body)


def _gunzip(body: bytes, limit: int) -> Inflated:
    """Inflate gzip members one after another; what follows the last one is padding and is dropped."""
    made, rest = _stream(body, _GZIP, limit, "gzip")
    for _ in range(_MOST_MEMBERS):
        if made.completeness is not Completeness.WHOLE or rest[:2] != b"\x1f\x8b":
            return made
        more, rest = _stream(rest, _GZIP, limit - len(made.content), "gzip")
        made = Inflated(made.content + more.content, more.completeness, more.detail)
    return Inflated(made.content, Completeness.CUT_CODING, f"gzip: more than {_MOST_MEMBERS} members")


def _undeflate(body: bytes, limit: int) -> Inflated:
    zlib_form = len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _stream(body, _ZLIB if zlib_form else _RAW, limit, "deflate")[0]


def _unknown(name: str) -> Callable[[bytes, int], Inflated]:
    return lambda _body, _limit: Inflated(b"", Completeness.CUT_CODING, f"unknown content coding {name}")


_CODINGS: dict[str, Callable[[bytes, int], Inflated]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
}


def _stream(body: bytes, form: int, limit: int, name: str) -> tuple[Inflated, bytes]:
    """Inflate one stream in small steps; give what came out and what follows its end."""
    machine = zlib.decompressobj(form)
    made = bytearray()
    for start in range(0, len(body), _STEP):
        try:
            _feed(machine, body[start : start + _STEP], made, limit)
        except zlib.error as error:
            return Inflated(bytes(made), Completeness.CUT_CODING, f"{name}: {error}"), b""
        if len(made) > limit:
            return Inflated(
                bytes(made[:limit]), Completeness.TOO_LARGE, f"{name}: more than {limit} bytes"
            ), b""
        if machine.eof:
            return Inflated(bytes(made)), machine.unused_data + body[start + _STEP :]
    whole = Completeness.CUT_CODING if body else Completeness.WHOLE
    return Inflated(bytes(made), whole, f"{name}: the end is missing" if body else ""), b""


def _feed(machine: "zlib._Decompress", data: bytes, made: bytearray, limit: int) -> None:
    """Push one piece through the machine until it is used up or the limit is passed by a byte."""
    while len(made) <= limit and not machine.eof:
        room = min(_STEP, limit + 1 - len(made))
        piece = machine.decompress(data, room)
        made += piece
        data = machine.unconsumed_tail
        if not data and len(piece) < room:
            break
