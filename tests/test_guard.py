"""The guard: whatever the spelling, no private place is ever asked."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.guard import check_address, check_url
from tests.forbidden import FORBIDDEN


@pytest.mark.parametrize("url", FORBIDDEN)
def test_a_forbidden_spelling_is_refused_with_a_reason(url: str) -> None:
    assert check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.most.gov.cn/mostinfo/a.htm",
        "https://www.gov.cn:443/zhengce/?a=b@c",
        "http://www.gov.cn:80/a\\b",
        "HTTP://WWW.GOV.CN/",
        "http://www.gov.cn./",
        "http://中国政府网.政务.cn/",
        "http://127.0.0.1.nip.gov.cn/",
        "http://8.8.8.8/",
        "http://[2400:3200::1]/",
        "http://[64:ff9b::808:808]/",
        "http://1688.com/",
        "http://my_host.gov.cn/",
    ],
)
def test_a_public_address_is_not_refused(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/", "http://[::1]:81/", "http://localhost/", "http://10.0.0.1/"]
)
def test_private_hosts_and_any_port_need_the_setting(url: str) -> None:
    assert check_url(url)
    assert check_url(url, allow_private=True) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://0x7f.1/",
        "http://u@127.0.0.1/",
        "file:///x",
        "http://[::ffff:169.254.1.1]/",
    ],
)
def test_the_setting_opens_private_hosts_and_nothing_else(url: str) -> None:
    assert check_url(url, allow_private=True)


def test_ports_come_from_the_settings() -> None:
    assert check_url("http://www.gov.cn:8080/", ports=frozenset({8080})) is None
    assert check_url("http://www.gov.cn/", ports=frozenset({8080}))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_coat(ip: IPv4Address) -> None:
    number = int(ip)
    coats = [f"::ffff:{ip}", f"64:ff9b::{ip}", f"::ffff:0:{ip}", str(IPv6Address((0xFFFF << 32) | number))]
    assert {check_address(coat) is None for coat in coats} == {check_address(ip) is None}


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_private_is_refused(ip: IPv4Address) -> None:
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        assert check_address(ip)


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_outside_global_unicast_is_refused(ip: IPv6Address) -> None:
    if not (ip_address("2000::") <= ip <= ip_address("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")):
        carried = check_address(ip) is None
        assert not carried or ip.exploded.startswith(("0000:", "0064:ff9b:"))


@given(st.integers(0, 2**32 - 1))
def test_a_number_is_never_a_host(number: int) -> None:
    for spelling in (str(number), hex(number), "0" + oct(number)[2:]):
        assert check_url(f"http://{spelling}/")


@given(st.text())
def test_every_string_gets_a_verdict(text: str) -> None:
    check_url(text)
    check_address(text)


@given(st.text(st.characters(exclude_characters="/?#")))
def test_nothing_before_an_at_sign_hides_the_host(text: str) -> None:
    assert check_url("http://" + text + "@127.0.0.1/")
