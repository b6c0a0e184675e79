"""A page is parsed whole, or says what it lacks; its text is lines, its tables are readable."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scraper.readers import read, read_body
from scraper.readers.layout import Layout, Selector, fit, has, named
from scraper.readers.page import ATTRIBUTES, ORDINARY, SMALL, TAGS, is_ordinary, parse_page, text_of
from scraper.readers.text import LONG, text_lines


def body_of(markup: str) -> str:
    return text_lines(parse_page(markup, None).root)


@pytest.mark.parametrize("closing", ["</html>", "</body>", "</HTML >", "</body></html>", "</Body\n>"])
def test_an_article_behind_the_end_of_the_page_is_kept(closing: str) -> None:
    page = parse_page(f"<html><body><div>头</div>{closing}<div id='a'>文章</div></body></html>", None)
    assert [text_of(element) for element in page.root.xpath(".//div")] == ["头", "文章"]


def test_an_article_behind_the_only_end_is_kept_too() -> None:
    page = parse_page("<html><body><div>头</div></body></html><div id='a'>文章</div>", None)
    assert text_of(page.root) == "头文章"


def test_the_tree_is_read_by_the_text_not_by_a_declared_charset() -> None:
    page = parse_page('<?xml version="1.0" encoding="gb2312"?><meta charset="big5"><p>科技部</p>', None)
    assert text_of(page.root) == "科技部"


@pytest.mark.parametrize(
    "text", ["", " ", "<", "<!--", "\0", "\ud800", "</html>", "<?xml", "&", "<!DOCTYPE html>"]
)
def test_any_text_has_a_tree(text: str) -> None:
    page = parse_page(text, None)
    assert page.root.tag == "html" or page.root is not None
    assert page.text == text


def test_nuls_and_surrogates_do_not_end_the_page() -> None:
    assert text_of(parse_page("<p>前\0中\ud800后</p>", None).root) == "前\ufffd中\ufffd后"


@pytest.mark.parametrize("control", ["\x01", "\x02", "\x08", "\x0b", "\x0e", "\x1a", "\x1f"])
def test_control_characters_are_seen_as_damage_and_cut_nothing(control: str) -> None:
    page = parse_page(f"<title>前{control}后</title><p>一{control}二</p>", None)
    assert text_of(page.root.xpath("//title")[0]) == "前\ufffd后"
    assert text_lines(page.root.xpath("//p")[0]) == "一\ufffd二"


@given(st.text(alphabet="<>/=&;\"' ab函\0\x02\u200b\ufeff\n", max_size=200))
def test_a_text_and_its_utf_8_give_one_tree(text: str) -> None:
    one, other = parse_page(text, None), parse_page(text, None, text.encode())
    assert etree.tostring(one.root) == etree.tostring(other.root)
    assert (one.names, one.warnings) == (other.names, other.warnings)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_body_is_read_as_its_text_is(charset: str) -> None:
    text = (
        "<title>关于试验区的函</title><div class='TRS_Editor'><p>国科函规〔2020〕1号</p>"
        "<p>为推动试验区的建设，现将有关事项函告如下，请结合实际认真落实。</p><p>2020年1月2日</p></div>"
    )
    decoded, reading = read_body(text.encode(charset), None, "https://a.gov.cn/1.html")
    assert decoded.text.lstrip("\ufeff") == text
    assert reading == read(text, "https://a.gov.cn/1.html")


def test_scripts_and_styles_are_no_text() -> None:
    page = parse_page("<div>前<script>var a='中';</script><style>p{}</style>后</div>", None)
    assert text_of(page.root) == "前后"
    assert text_lines(page.root) == "前后"


def test_comments_are_no_text() -> None:
    assert text_of(parse_page("<div>前<!-- 中 -->后</div>", None).root) == "前后"


def test_a_page_knows_its_names() -> None:
    page = parse_page("<meta name='PubDate' content='x'><div class='a  b' id='c'></div>", None)
    assert {"PubDate", "a", "b", "c"} <= page.names


def test_a_depth_that_the_parser_refuses_is_said() -> None:
    page = parse_page("<div>" * 100_000 + "文章", None)
    assert "Excessive depth" in page.warnings[0]


def test_a_text_of_ten_megabytes_is_kept() -> None:
    page = parse_page("<p>" + "字" * 3_400_000 + "</p><p>后</p>", None)
    assert len(text_of(page.root)) == 3_400_001
    assert page.warnings == ()


def test_attributes_beyond_the_bound_go_and_the_page_stays() -> None:
    flood = " ".join(f'a{number}="1"' for number in range(100_000))
    started = time.process_time()
    page = parse_page(f"<div id='first' {flood}>前</div><p>后</p>", None)
    assert time.process_time() - started < 2
    assert text_of(page.root) == "前后"
    assert len(page.root.xpath("//div")[0].attrib) == ATTRIBUTES
    assert "attributes are left out" in page.warnings[0]


@pytest.mark.parametrize("tag", ["script", "STYLE", "textarea", "title", "svg", "p"])
def test_a_flood_of_attributes_is_bounded_in_any_tag_and_its_content_stays(tag: str) -> None:
    flood = " ".join(f'a{number}="1"' for number in range(60_000))
    started = time.process_time()
    page = parse_page(f"<body><{tag} {flood}>if (a<b) x</{tag}><p id='b'>后</p>", None)
    assert time.process_time() - started < 2
    assert text_of(page.root.xpath("//p[@id='b']")[0]) == "后"
    element = page.root.xpath(f"//{tag.lower()}")[0]
    assert len(element.attrib) == ATTRIBUTES
    assert (element.text or "").startswith("if (a")


def test_a_quoted_angle_does_not_hide_a_flood_of_attributes() -> None:
    flood = " ".join(f'a{number}=">"' for number in range(30_000))
    page = parse_page(f"<div {flood}>前</div>", None)
    assert len(page.root.xpath("//div")[0].attrib) == ATTRIBUTES


def test_scripts_with_many_words_are_no_attributes() -> None:
    script = "if (a<b) { " + "x = y ; " * 10_000 + "}"
    page = parse_page(f"<script>{script}</script><p>后</p>", None)
    assert page.warnings == ()
    assert text_of(page.root) == "后"


def test_a_long_comment_is_no_flood_of_attributes() -> None:
    page = parse_page("<!-- <a " + "x " * SMALL + " --><p>后</p>", None)
    assert (text_of(page.root), page.warnings) == ("后", ())


def test_tags_beyond_the_bound_are_said_with_the_place() -> None:
    page = parse_page("<p>字</p>" * (TAGS + 100_000), None)
    assert len(text_of(page.root)) == TAGS
    assert page.warnings[0] == f"the page is read up to its tag {TAGS}, character {TAGS * 8}"


def test_attributes_of_a_whole_page_are_bounded() -> None:
    page = parse_page('<p a="" b="" c="" d="" e="" f="" g="">字</p>' * 60_000, None)
    assert len(text_of(page.root)) == 60_000
    assert len(page.root.xpath("//@*")) < 400_000
    assert "attributes are left out" in page.warnings[0]


@given(st.text(alphabet="<>/=\"' aA!-\n", max_size=300))
def test_looking_for_floods_takes_any_text(text: str) -> None:
    assert ORDINARY.fullmatch(text.encode()) is not None


@given(
    count=st.integers(ATTRIBUTES - 20, ATTRIBUTES + 20),
    tag=st.sampled_from(["div", "span", "td", "p", "a", "script", "o:p"]),
    value=st.sampled_from(["", "=1", '="1"', "='1'", '=">"', "='<p>'", ' = "<a b>"']),
    before=st.sampled_from(["", "<p>", '<p class="a">文</p>', "<!-- <p -->", "<script>a<b</script>", "</p>"]),
)
def test_a_tag_is_one_too_many_by_its_attributes_alone(count: int, tag: str, value: str, before: str) -> None:
    attributes = " ".join(f"a{number}{value}" for number in range(count))
    page = f"{before}<{tag} {attributes}>".encode()
    assert is_ordinary(page)
    assert is_ordinary(page + b"x" * SMALL) == (count <= ATTRIBUTES)


@given(st.text(max_size=300))
def test_parsing_is_a_function_of_the_text(text: str) -> None:
    one, other = parse_page(text, None), parse_page(text, None)
    assert text_of(one.root) == text_of(other.root)
    assert one.names == other.names
    assert text_lines(one.root) == text_lines(other.root)


@given(st.lists(st.text("科技部关于支持的函，。ab12", min_size=1, max_size=20), min_size=1, max_size=8))
def test_paragraphs_come_back_as_lines(paragraphs: list[str]) -> None:
    markup = "".join(f"<p>{text}</p>\n" for text in paragraphs)
    assert body_of(f"<div>{markup}</div>") == "\n".join(paragraphs)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一</p><p>二</p>", "一\n二"),
        ("一<br>二<br/>三", "一\n二\n三"),
        ("<p>一<span>二</span><b>三</b></p>", "一二三"),
        ("<p>一\n二</p>", "一 二"),
        ("<ul><li>一</li><li>二</li></ul>", "一\n二"),
        ("<p>&nbsp;&nbsp;一&ensp;二\u3000</p><p>\u3000</p><p>三</p>", "一 二\n三"),
        ("<table><tr><td>一</td><td>二</td></tr><tr><td>三</td><td>四</td></tr></table>", "一 | 二\n三 | 四"),
        ("<table><tr><th><p>一</p><p>二</p></th>\n<td>三</td></tr></table>", "一 二 | 三"),
        ("<table><tr><td>一</td><td></td><td>三</td></tr><tr><td></td><td></td></tr></table>", "一 | | 三"),
        ("<p>1 &lt; 2 &amp;&amp; 3 &gt; 2</p>", "1 < 2 && 3 > 2"),
        ("<p>一<script>var x = '<p>二</p>';</script></p><p>三</p>", "一\n三"),
        ("<p>一<script src='a.js'></script>二</p>", "一二"),
        ("<p>零\u200b宽\ufeff字</p>", "零宽字"),
        ("<p>一&shy;二&zwj;三</p>", "一二三"),
        ("<p>一</p><noscript><p>二</p></noscript><iframe>三</iframe><p>四</p>", "一\n四"),
        ("<p>一<o:p>二</o:p></p><custom><p>三</p></custom>", "一二\n三"),
        ("<table><tr><td>一<table><tr><td>二</td><td>三</td></tr></table></td></tr></table>", "一\n二 | 三"),
        ("<p>|</p><p>一 | 二</p><p>| |</p><p>三</p>", "一 | 二\n三"),
        ("<p title='a>b'>一</p><p>a&amp;lt;b &#13; c</p>", "一\na&lt;b c"),
    ],
)
def test_blocks_are_lines_and_cells_are_set_apart(markup: str, text: str) -> None:
    assert body_of(f"<div>{markup}</div>") == text


def test_a_table_that_lays_out_the_page_keeps_its_paragraphs() -> None:
    long = "文" * LONG
    assert body_of(f"<table><tr><td><p>{long}</p><p>二</p></td></tr></table>") == f"{long}\n二"


def test_a_body_that_is_a_cell_keeps_its_paragraphs() -> None:
    page = parse_page("<table><tr><td id='a'><p>一</p><p>二</p></td></tr></table>", None)
    assert text_lines(page.root.xpath("//td")[0]) == "一\n二"


FRAME = Layout(
    reader="most",
    name="most/test",
    marks=("frame",),
    path="/xxgk/",
    body=Selector("div.frame", f"//div[{has('frame')}]"),
    title=Selector("h1", "//h1", least=0, most=1),
    heads=Selector("table", "//table", least=1, most=2),
)


@pytest.mark.parametrize(
    ("markup", "url", "said"),
    [
        ("<div class='frames'></div>", "https://a/xxgk/1", "no sign of frame"),
        ("<div class='frame'></div>", "https://a/tztg/1", "no sign of /xxgk/ in the address"),
        ("<div class='frame'></div>", None, "no sign of /xxgk/ in the address"),
        ("<div class='frame'></div>", "https://a/xxgk/1", "table matched 0 times, 1 to 2 expected"),
        (
            "<div class='frame'></div><table></table>" * 2,
            "https://a/xxgk/1",
            "div.frame matched 2 times, 1 expected",
        ),
        (
            "<div class='frame'><h1></h1><h1></h1><table></table>",
            "https://a/xxgk/1",
            "h1 matched 2 times, 0 to 1 expected",
        ),
        ("<p id='frame'></p><table></table>", "https://a/xxgk/1", "div.frame matched 0 times, 1 expected"),
    ],
)
def test_a_layout_that_does_not_fit_says_which_selector_matched_how_often(
    markup: str, url: str | None, said: str
) -> None:
    assert fit(FRAME, parse_page(markup, url)) == f"most/test: {said}"


def test_all_complaints_are_said() -> None:
    said = fit(FRAME, parse_page("<p class='frame'></p>", "https://a/xxgk/1"))
    assert said == "most/test: div.frame matched 0 times, 1 expected; table matched 0 times, 1 to 2 expected"


def test_a_layout_that_fits_holds_what_it_found() -> None:
    found = fit(
        FRAME, parse_page("<h1>题</h1><table></table><div class='a frame b'>文</div>", "https://a/xxgk/1")
    )
    assert not isinstance(found, str)
    assert (text_of(found.body), text_of(found.title), len(found.heads)) == ("文", "题", 1)


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p class='a'>", 1),
        ("<p class='b  a\nc'>", 1),
        ("<p id='a'>", 1),
        ("<p id='a' class='a'>", 1),
        ("<p class='ab'><p class='ba'><p id='ab'><p title='a'>", 0),
        ("<p class='a'><div id='a'><b class='x a'>", 3),
        ("<p class='a'>" * 1500, 1000),
    ],
)
def test_an_element_is_found_by_a_whole_class_or_its_id_once(markup: str, found: int) -> None:
    assert len(Selector(".a, #a", named("a")).find(parse_page(markup, None))) == found


def test_of_several_bodies_the_longest_is_taken() -> None:
    layout = Layout("ministry", "ministry/test", body=Selector(".a", named("a"), most=None))
    found = fit(
        layout, parse_page("<p class='a'>短</p><p id='a'>长的文章</p><p class='ab'>不是这个文章的</p>", None)
    )
    assert not isinstance(found, str)
    assert text_of(found.body) == "长的文章"
