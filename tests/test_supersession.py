"""Which sentences repeal a document, and which only speak of one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.supersession import repealed, repeals

UNHURRIED = settings(deadline=None)  # the first example loads the list of characters

GUIDELINE = "国家新一代人工智能创新发展试验区建设工作指引"
FORMER = f"科技部关于印发《{GUIDELINE}》的通知"
REVISION = f"科技部关于印发《{GUIDELINE}（修订版）》的通知"
CITED = [
    ("fn01", FORMER, "国科发规〔2019〕298号"),
    ("plan", "国务院关于印发新一代人工智能发展规划的通知", "国发〔2017〕35号"),
    ("revision", REVISION, "国科发规〔2020〕254号"),
]
SENTENCE = f"本指引自发布之日起施行，《{GUIDELINE}》（国科发规〔2019〕298号）同时废止。"
TEXT = f"""国科发规〔2020〕254号

各省、自治区、直辖市及计划单列市科技厅（委、局）：
依据《新一代人工智能发展规划》（国发〔2017〕35号），现将修订后的指引印发给你们。

六、附则
{SENTENCE}
科技部
2020年9月29日
"""


def titles(text: str) -> list[str]:
    return [title for repeal in repeals(text) for title in repeal.titles]


def numbers(text: str) -> list[str]:
    return [number for repeal in repeals(text) for number in repeal.numbers]


# The case that was


def test_the_revision_repeals_the_guideline_and_says_so() -> None:
    assert repealed(REVISION, TEXT, CITED) == (("fn01", SENTENCE),)


def test_a_revision_by_title_is_enough_where_the_text_is_silent() -> None:
    assert repealed(REVISION, "", CITED) == (("fn01", REVISION),)


def test_the_former_guideline_repeals_nothing() -> None:
    text = "国科发规〔2019〕298号\n本指引自发布之日起施行，由科技部负责解释。"
    assert repealed(FORMER, text, CITED) == ()


def test_the_sentence_alone_is_the_evidence() -> None:
    assert [repeal.sentence for repeal in repeals(TEXT)] == [SENTENCE]


# Words of repeal


@pytest.mark.parametrize(
    "sentence",
    [
        "《甲》同时废止。",
        "《甲》予以废止。",
        "《甲》即行废止。",
        "《甲》（国科发〔2001〕1号）自本办法施行之日起，同时废止。",
        "自本办法施行之日起，《甲》废止。",
        "《甲》同时失效。",
        "《甲》自2020年1月1日起停止执行。",
        "同时废止《甲》。",
        "现决定废止《甲》。",
        "本办法代替《甲》。",
        "对《甲》（国科发〔2001〕1号）进行了修订。",
        "根据《丙》废止《甲》。",
        "根据《丙》，《甲》同时废止。",
        "《甲》同时废止，《丙》继续有效。",
        "《甲》\n同时废止",
    ],
)
def test_a_repeal_names_what_it_repeals_and_nothing_else(sentence: str) -> None:
    assert titles(sentence) == ["甲"]


@pytest.mark.parametrize(
    "sentence",
    [
        "根据《甲》制定本办法。",
        "《甲》不再废止。",
        "《甲》未废止。",
        "《甲》尚未废止。",
        "《甲》不予废止。",
        "《甲》没有废止，仍然有效。",
        "《甲》继续有效。",
        "《甲》已于2019年9月废止。",
        "拟废止《甲》。",
        "建议废止《甲》。",
        "根据《关于废止〈甲〉的决定》，做好清理工作。",
        "按照《甲》执行，原有规定同时废止。",
        "本办法有效期5年，到期自动失效。",
        "与《甲》不一致的，以本办法为准。",
        "用新技术代替旧技术。",
        "",
    ],
)
def test_citing_is_not_repealing(sentence: str) -> None:
    assert repeals(sentence) == ()


def test_a_list_after_a_colon_is_repealed_whole() -> None:
    items = "1．《甲》（国科发〔2001〕1号）\n2.《乙》；\n（三）《丙》。"
    text = f"决定废止下列文件：\n{items}\n本决定自公布之日起施行。"
    (repeal,) = repeals(text)
    assert repeal.titles == ("甲", "乙", "丙")
    assert repeal.numbers == ("国科发〔2001〕1号",)
    assert "施行" not in repeal.sentence


def test_a_colon_before_other_sentences_makes_no_list() -> None:
    assert titles("通知如下：按照《甲》执行。《乙》同时废止。") == ["乙"]


@pytest.mark.parametrize(
    "words", ["同时废止国科发〔2001〕1号。", "国科发[2001]1号文件同时废止。", "国科发〔2001〕\n1号同时废止。"]
)
def test_a_number_alone_names_a_document(words: str) -> None:
    (number,) = numbers(words)
    assert repealed("", words, [("x", None, "国科发〔2001〕1号")])[0][0] == "x"
    assert number.startswith("国科发")


def test_a_sentence_broken_over_lines_is_one() -> None:
    former = f"《{GUIDELINE[:9]}\n{GUIDELINE[9:]}》（国科发规〔2019〕\n298号）"
    text = f"本指引自发布之日起施行，原{former}\n同时废止。"
    assert titles(text) == [GUIDELINE]
    assert numbers(text) == ["国科发规〔2019〕298号"]


# Which cited document it is


def test_the_number_decides_before_the_title() -> None:
    text = "《工作指引》（国科发规〔2019〕298号）同时废止。"
    cited = [("other", "工作指引", "国科发规〔2018〕1号"), ("this", "另一标题", "国科发规[2019]298号")]
    assert [key for key, _ in repealed("新指引", text, cited)] == ["this"]


def test_the_title_decides_where_a_number_is_missing() -> None:
    assert [k for k, _ in repealed("新", f"《{GUIDELINE}》同时废止。", CITED[:2])] == ["fn01"]
    assert [k for k, _ in repealed("新", f"《{GUIDELINE}（修订版）》同时废止。", [("a", FORMER, None)])] == [
        "a"
    ]


def test_titles_are_compared_by_their_words() -> None:
    text = "《国家新一代人工智能 創新發展試驗區\u3000建設工作指引》同时废止。"
    assert [key for key, _ in repealed("新", text, CITED[:1])] == ["fn01"]


def test_a_document_never_repeals_itself() -> None:
    text = "国科发规〔2020〕254号\n本指引（国科发规〔2020〕254号）与《甲》同时废止。"
    assert repealed(REVISION, text, CITED[2:]) == ()
    assert (
        repealed("关于印发《甲》的通知", "《甲》同时废止。", [("self", "关于印发《甲》的通知", None)]) == ()
    )


def test_a_successor_of_the_same_title_repeals_the_former_by_number() -> None:
    text = f"国科发规〔2024〕1号\n《{GUIDELINE}》同时废止。"
    assert [key for key, _ in repealed(FORMER, text, CITED[:1])] == ["fn01"]


def test_a_notice_whose_title_repeals_needs_no_text() -> None:
    title = f"科技部关于废止《{GUIDELINE}》的通知"
    assert repealed(title, "", CITED[:1]) == (("fn01", title),)


def test_each_cited_document_is_named_once_with_its_first_sentence() -> None:
    text = "《甲》同时废止。再次重申，《甲》予以废止。"
    assert repealed("", text, [("a", "甲", None)]) == (("a", "《甲》同时废止。"),)


@UNHURRIED
@given(st.text(alphabet="《》（）：，。废止同时根据甲乙〔2019〕1号国科发\n ", max_size=200))
def test_no_text_breaks_the_reading_and_every_target_stands_in_it(text: str) -> None:
    squeezed = "".join(text.split())
    for repeal in repeals(text):
        assert repeal.targets
        for title in repeal.titles:
            assert "".join(title.split()) in squeezed


@UNHURRIED
@given(st.text(alphabet=st.characters(blacklist_characters="废失停不代取替进"), max_size=200))
def test_a_text_without_words_of_repeal_repeals_nothing(text: str) -> None:
    assert repeals(text) == ()


@pytest.mark.parametrize(
    "title",
    [
        "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函",
        "关于做好规范性文件废止工作的通知",
        "科学技术部行政规章和规范性文件清理结果（修订版）",
        "",
    ],
)
def test_a_title_that_names_no_cited_document_repeals_none(title: str) -> None:
    assert repealed(title, "", CITED) == ()


def test_a_revision_without_book_marks_names_its_former_too() -> None:
    assert [key for key, _ in repealed(f"{GUIDELINE}（2020年修订）", "", [("a", GUIDELINE, None)])] == ["a"]


def test_a_revision_does_not_repeal_another_revision_that_is_itself() -> None:
    assert repealed(REVISION, "", [("self", REVISION.replace("（", "(").replace("）", ")"), None)]) == ()


def test_a_paragraph_apart_is_not_part_of_the_sentence() -> None:
    text = f"{'根据有关规定制定本办法，由本部门负责解释，自发布之日起施行' * 2}\n\n《甲》同时废止。"
    assert [repeal.sentence for repeal in repeals(text)] == ["《甲》同时废止。"]


def test_a_page_of_nothing_but_words_of_repeal_is_read_in_no_time() -> None:
    assert len(repeals("废止" * 5000 + "《甲》")) <= 1
    assert repeals("《" * 20000 + "废止") == ()


@pytest.mark.parametrize("named", [GUIDELINE, FORMER, FORMER.replace("《", "〈").replace("》", "〉")])
def test_a_document_goes_by_its_own_title_and_by_that_of_what_it_issues(named: str) -> None:
    assert "fn01" in dict(repealed("新", f"《{named}》同时废止。", CITED))


def test_a_repealed_title_may_hold_another_title() -> None:
    text = "《关于执行〈乙〉的通知》（国科发〔2001〕1号）同时废止。"
    assert titles(text) == ["关于执行〈乙〉的通知"]
    assert [
        key for key, _ in repealed("", text, [("b", "乙", None), ("a", "关于执行《乙》的通知", None)])
    ] == ["a"]


@pytest.mark.parametrize("words", ["废止", "失效", "停止执行", "不再执行", "不再施行"])
@pytest.mark.parametrize("adverb", ["", "同时", "即行", "一并", "相应", "自2020年1月1日起"])
def test_every_word_of_repeal_counts_with_every_adverb(words: str, adverb: str) -> None:
    assert titles(f"本办法自发布之日起施行，《甲》{adverb}{words}。") == ["甲"]
    assert titles(f"《甲》自本办法施行之日起，{adverb}{words}。") == ["甲"]


@pytest.mark.parametrize("denied", ["未", "不予", "尚未", "没有", "不得"])
@pytest.mark.parametrize("words", ["废止", "失效", "停止执行"])
def test_no_word_of_repeal_counts_denied(words: str, denied: str) -> None:
    assert repeals(f"《甲》{denied}{words}，应当继续执行。") == ()
