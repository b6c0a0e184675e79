"""The root over many digests, as RFC 6962, section 2.1, makes it (Certificate Transparency).

A leaf is hashed behind a zero byte, a pair of nodes behind a one byte, so that neither can pass for the
other; with some log2(n) digests anyone can show that one visit belongs to a root, without the others.
"""

from collections.abc import Iterable
from hashlib import sha256

EMPTY = sha256(b"").digest()


def root(digests: Iterable[bytes]) -> bytes:
    """Return the root over digests in their order; memory for one node a level of the tree."""
    peaks: list[tuple[int, bytes]] = []
    for digest in digests:
        level, node = 0, sha256(b"\0" + digest).digest()
        while peaks and peaks[-1][0] == level:
            level, node = level + 1, _pair(peaks.pop()[1], node)
        peaks.append((level, node))
    if not peaks:
        return EMPTY
    node = peaks.pop()[1]
    while peaks:
        node = _pair(peaks.pop()[1], node)
    return node


def _pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
