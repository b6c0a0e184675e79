"""The guard: whatever the spelling, no private place is ever asked."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.guard import check_address, check_url

FORBIDDEN = [
    # loopback
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1.2.3/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7F.1/",
    "http://0177.0.0.1/",
    "http://0177.0x0.0.1/",
    "http://00127.0.0.1/",
    "http://127.0.0.01/",
    "http://127.000.000.001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://0x/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://localhost.localdomain/",
    "http://ip6-localhost/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "http://[::]/",
    # IPv4 in IPv6
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::FFFF:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:808:808::1]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    # full-width digits, other dots, circled digits
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "http://127｡0｡0｡1/",
    "http://１２７.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://ⓛocalhost/",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0.0.1/",
    # private, link-local, shared, reserved
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://100.64.0.1/",
    "http://100.127.255.255/",
    "http://192.0.0.8/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://256.1.1.1/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fc00::1]/",
    "http://[fd12:3456:789a::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[100::1]/",
    "http://[4000::1]/",
    "http://[127.0.0.1]/",
    "http://[::1/",
    "http://[::1]x/",
    "http://printer/",
    "http://nas.local/",
    "http://metadata.google.internal/",
    # who is the host?
    "http://www.gov.cn@127.0.0.1/",
    "http://user:secret@www.gov.cn/",
    "http://www.gov.cn＠127.0.0.1/",
    "http://www.gov.cn\\@127.0.0.1/",
    "http://127.0.0.1\\.www.gov.cn/",
    "http://www.gov.cn /",
    "http://www.gov.cn\t/",
    "http://www.gov.cn\r\nHost:x/",
    "http://www.gov.cn\x00/",
    "http://www.gov.cn/\ud800",
    "http:///etc/passwd",
    "http:/www.gov.cn/",
    "http:www.gov.cn",
    "//www.gov.cn/",
    "www.gov.cn",
    "http://www..gov.cn/",
    "http://-x.gov.cn/",
    "http://" + "a" * 64 + ".cn/",
    "http://" + "a." * 130 + "cn/",
    "http://www.gov.cn:x/",
    "http://www.gov.cn:80:80/",
    "http://a;b.cn/",
    "",
    # schemes and ports
    "file:///etc/passwd",
    "ftp://www.gov.cn/",
    "gopher://www.gov.cn/",
    "javascript:alert(1)",
    "data:text/html,x",
    "unix:///run/x.sock",
    "http://www.gov.cn:22/",
    "http://www.gov.cn:0/",
    "http://www.gov.cn:8080/",
    "http://www.gov.cn:65616/",
    "https://www.gov.cn:25/",
]


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
