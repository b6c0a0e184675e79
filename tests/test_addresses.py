"""Addresses: the strict form asks for the same thing, the loose form tells the same page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.addresses import (
    canonical,
    directory,
    host,
    is_literal,
    is_root,
    match_key,
    origin,
    page_id,
    port,
    random_sibling,
    registered_domain,
    same_page,
    server,
    split,
)

OLD = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910/t20191018_149420.htm"
SEGMENTS = st.lists(st.sampled_from(["a", "..", ".", "", "%7e", "通知", "b c", "%E4", "x.htm"]), max_size=6)
ADDRESSES = st.builds(
    lambda scheme, name, number, path, query: f"{scheme}://{name}{number}/{'/'.join(path)}{query}",
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(["Most.GOV.cn", "例子.cn", "127.0.0.1", "[::1]", "u:p@h.cn"]),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    SEGMENTS,
    st.sampled_from(["", "?", "?a=1&b=%7e", "?q=试验区", "#top", "?a#b"]),
)


@given(ADDRESSES | st.text())
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@given(ADDRESSES)
def test_a_canonical_address_is_ascii_without_fragment_and_keeps_its_scheme(url: str) -> None:
    made = canonical(url)
    assert made.isascii() and "#" not in made and " " not in made
    assert made.split(":")[0] == split(url).scheme


@given(ADDRESSES)
def test_dot_segments_never_survive(url: str) -> None:
    segments = split(canonical(url)).path.split("/")
    assert "." not in segments and ".." not in segments


@given(st.text())
def test_no_string_breaks_any_of_the_functions(url: str) -> None:
    for function in (
        canonical,
        match_key,
        origin,
        server,
        host,
        port,
        registered_domain,
        directory,
        page_id,
        is_root,
    ):
        function(url)
    random_sibling(url, "s")


@given(ADDRESSES)
def test_an_address_is_the_same_page_as_its_canonical_form(url: str) -> None:
    assert same_page(url, canonical(url))


@given(ADDRESSES, st.text(max_size=5))
def test_a_random_sibling_stands_in_the_same_folder_and_is_another_page(url: str, seed: str) -> None:
    sibling = random_sibling(url, seed)
    assert directory(sibling) == directory(url)
    assert not same_page(sibling, url)
    assert sibling == random_sibling(url, seed)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Most.gov.cn:80/a/../b/./c.htm#top", "http://www.most.gov.cn/b/c.htm"),
        ("https://www.gov.cn:443", "https://www.gov.cn/"),
        ("https://www.gov.cn:0443/", "https://www.gov.cn/"),
        ("https://www.gov.cn:8443/x", "https://www.gov.cn:8443/x"),
        ("http://h.cn/%7Eme/%e4%bd%a0", "http://h.cn/~me/%E4%BD%A0"),
        ("http://h.cn/通知.htm?q=试 验", "http://h.cn/%E9%80%9A%E7%9F%A5.htm?q=%E8%AF%95%20%E9%AA%8C"),
        ("http://h.cn/100%", "http://h.cn/100%25"),
        ("http://例子.cn/", "http://xn--fsqu00a.cn/"),
        ("  http://h.cn/a \n", "http://h.cn/a"),
        ("http://h.cn/a/..", "http://h.cn/"),
        ("http://h.cn/../../a", "http://h.cn/a"),
        ("http://h.cn/a//b", "http://h.cn/a//b"),
        ("mailto:a@b.cn#x", "mailto:a@b.cn"),
    ],
)
def test_canonical_asks_for_the_same_thing(url: str, expected: str) -> None:
    assert canonical(url) == expected


def test_an_encoded_slash_is_not_a_slash() -> None:
    assert canonical("http://h.cn/a%2fb") == "http://h.cn/a%2Fb"


def test_http_and_https_are_two_things_to_ask_for() -> None:
    assert canonical("http://www.gov.cn/") != canonical("https://www.gov.cn/")


@pytest.mark.parametrize(
    "other",
    [
        OLD.replace("http:", "https:"),
        OLD.replace("www.", ""),
        OLD + "l",
        OLD + "#Zoom",
        OLD.replace("gov.cn/", "gov.cn:80/"),
        OLD.replace("http:", "https:").replace("gov.cn/", "gov.cn:443/"),
        OLD.replace("/mostinfo", "/x/../mostinfo"),
    ],
)
def test_what_does_not_make_another_page(other: str) -> None:
    assert same_page(OLD, other)


@pytest.mark.parametrize(
    "index", ["index.html", "index.htm", "default.aspx", "index.shtml", "index.jsp", "Index.HTML"]
)
def test_an_index_file_is_its_folder(index: str) -> None:
    assert same_page(f"https://www.most.gov.cn/tztg/{index}", "http://most.gov.cn/tztg/")


@pytest.mark.parametrize(
    "other",
    [
        OLD.replace("149420", "149421"),
        OLD + "?x=1",
        OLD.replace("most.gov.cn", "mof.gov.cn"),
        OLD.replace(".htm", ".pdf"),
        OLD.replace("gov.cn/", "gov.cn:8080/"),
        OLD.replace("fgzc", "FGZC"),
    ],
)
def test_what_makes_another_page(other: str) -> None:
    assert not same_page(OLD, other)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.most.gov.cn/a", "http://www.most.gov.cn"),
        ("https://WWW.most.gov.cn:443/b", "https://www.most.gov.cn"),
        ("http://u:p@h.cn:8080/", "http://h.cn:8080"),
    ],
)
def test_the_lane_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.gov.cn/a", "www.gov.cn"),
        ("https://www.gov.cn/b", "www.gov.cn"),
        ("https://www.gov.cn:80/", "www.gov.cn"),
        ("http://WWW.gov.cn:443/", "www.gov.cn"),
        ("http://www.gov.cn:8080/", "www.gov.cn:8080"),
        ("https://www.gov.cn:8443/", "www.gov.cn:8443"),
        ("http://[2400:3200::80]/", "[2400:3200::80]"),
        ("https://[2400:3200::1]:443/", "[2400:3200::1]"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("no address", ""),
    ],
)
def test_http_and_https_of_a_host_are_one_server(url: str, expected: str) -> None:
    assert server(url) == expected


@pytest.mark.parametrize(
    ("url", "name", "number"),
    [
        ("http://WWW.Gov.CN/x", "www.gov.cn", 80),
        ("https://例子.中国:8443/", "xn--fsqu00a.xn--fiqs8s", 8443),
        ("http://[::1]:81/", "[::1]", 81),
        ("http://u@h.cn", "h.cn", 80),
        ("http://h.cn:999999/", "h.cn", None),
        ("not an address", "", None),
    ],
)
def test_host_and_port_are_what_would_be_connected_to(url: str, name: str, number: int | None) -> None:
    assert (host(url), port(url)) == (name, number)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("www.most.gov.cn", "most.gov.cn"),
        ("most.gov.cn", "most.gov.cn"),
        ("www.gov.cn", "www.gov.cn"),
        ("big5.www.gov.cn", "www.gov.cn"),
        ("gov.cn", "gov.cn"),
        ("kjt.shandong.gov.cn", "shandong.gov.cn"),
        ("news.xinhuanet.com", "xinhuanet.com"),
        ("a.b.com.cn", "b.com.cn"),
        ("www.x.bj.cn", "x.bj.cn"),
        ("bj.cn", "bj.cn"),
        ("www.people.cn", "people.cn"),
        ("www.hko.gov.hk", "hko.gov.hk"),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_the_registered_domain_stands_under_the_public_suffix(name: str, expected: str) -> None:
    assert registered_domain(f"http://{name}/x") == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (OLD, "149420"),
        ("https://www.gov.cn/zhengce/2019-02/25/content_5427767.htm", "5427767"),
        ("http://h.cn/art/2020/3/9/art_1621_81263.html", "81263"),
        ("http://h.cn/202003/t20200309.html", None),
        ("http://h.cn/149420.htm?x=1", "149420"),
        ("http://h.cn/index_12.htm", None),
        ("http://h.cn/149420/", None),
        ("http://h.cn/W020191018583120142498.doc", "020191018583120142498"),
        ("http://h.cn/c149420.html", "149420"),
        ("http://h.cn/5f3a9c12345.htm", None),
    ],
)
def test_a_page_id_is_the_number_that_ends_the_name(url: str, expected: str | None) -> None:
    assert page_id(url) == expected


@pytest.mark.parametrize(
    "path", ["", "/", "/index.html", "/index.htm?from=404", "/default.aspx", "/#top", "/a/.."]
)
def test_a_home_page_is_a_root(path: str) -> None:
    assert is_root("https://www.most.gov.cn" + path)


@pytest.mark.parametrize("path", ["/tztg/", "/404.html", "/index/", "/a/index.html"])
def test_a_deeper_page_is_no_root(path: str) -> None:
    assert not is_root("https://www.most.gov.cn" + path)


@pytest.mark.parametrize(
    ("name", "literal"), [("127.0.0.1", True), ("[::1]", True), ("::1", True), ("127.1", False)]
)
def test_only_a_plain_ip_address_is_a_literal(name: str, literal: bool) -> None:
    assert is_literal(name) is literal


def test_a_sibling_is_the_same_kind_of_file() -> None:
    assert random_sibling(OLD, "1").endswith(".htm")
    assert random_sibling("http://h.cn/tztg/", "1").endswith(".html")
    assert random_sibling(OLD, "1") != random_sibling(OLD, "2")
