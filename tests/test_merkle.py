"""The root over a day's visits is the one that RFC 6962 describes."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.merkle import EMPTY, root

# The inputs and roots that the reference implementation of RFC 6962 is tested with (certificate-transparency,
# merkletree/merkle_tree_test.cc), leaf by leaf.
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_are_those_of_the_reference_implementation(count: int) -> None:
    assert root(INPUTS[:count]).hex() == ROOTS[count - 1]


def test_nothing_has_a_root_too() -> None:
    assert root([]) == EMPTY == sha256(b"").digest()


def as_described(leaves: list[bytes]) -> bytes:
    """The root as the RFC writes it down: split at the largest power of two below the count."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + as_described(leaves[:half]) + as_described(leaves[half:])).digest()


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=70))
def test_one_digest_after_the_other_comes_to_what_the_rfc_writes_down(leaves: list[bytes]) -> None:
    assert root(iter(leaves)) == as_described(leaves)


@given(st.lists(st.binary(min_size=1, max_size=2), min_size=2, max_size=20, unique=True), st.data())
def test_any_change_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves[:place], b"another", *leaves[place + 1 :]]
    assert (
        len({root(leaves), root(other), root(leaves[:place] + leaves[place + 1 :]), root(leaves[::-1])}) == 4
    )
