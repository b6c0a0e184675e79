"""The Chinese of the notifications: kinds, facts, and the reasons that findings give.

Reasons are sentences of `monitor`, in English; each form that it has stands here beside its Chinese. What
has no Chinese here is told as it is.
"""

import re
from typing import Final

from monitor.model import FindingKind, Severity

KINDS: Final = {
    FindingKind.NEW_ZONE: "新试验区",
    FindingKind.SUPERSEDED: "引用文件被废止",
    FindingKind.LINK_DEAD: "链接失效",
    FindingKind.COVERAGE_GAP: "列表可能漏看",
    FindingKind.LAYOUT_BROKE: "页面版式已变",
    FindingKind.ZONE_MENTIONED: "疑似新试验区（仅见提及）",
    FindingKind.CITATION_RESOLVED: "引文地址查明",
    FindingKind.CLAIM_CONTRADICTED: "说法与页面不符",
    FindingKind.CLAIM_LOST: "说法在页面上消失",
    FindingKind.EDITED: "文件有改动",
    FindingKind.MOVED: "页面迁移",
    FindingKind.LINK_SUSPECTED: "链接疑似失效",
    FindingKind.CANNOT_SEE: "页面看不到",
    FindingKind.NEW_NOTICE: "新文件",
    FindingKind.LINK_RECOVERED: "链接恢复",
}
"""Every kind, as `reports.words.HEADINGS` names it in English."""

SEVERITIES: Final = {Severity.HIGH: "重要", Severity.NORMAL: "一般", Severity.LOW: "次要"}

FACTS: Final = {
    "title": "标题",
    "province": "省份",
    "signed": "成文",
    "published": "发布",
    "document": "文号",
    "evidence": "依据",
}

_FORMS: Final = (
    ("the title is in the frame", "标题合乎格式"),
    (
        "the title is cut short and could be in the frame: its page must be read",
        "标题被截断，可能合乎格式，须看原页",
    ),
    ("the {where} holds {phrase}, the title is not in the frame", "{where}含“{phrase}”，标题不合格式"),
    ("{name} is another programme", "{name}属于另一项目"),
    ("{name} is not an official host", "{name}不是官方网站"),
    ("{name} is an official host", "{name}是官方网站"),
    ("page id {id} is invented", "页面编号{id}系编造"),
    ("{day} in the address is no day", "地址中的{day}不是日期"),
    ("the address is not known", "地址不详"),
    ("what numbers such letters have is not known", "此类函件的文号不详"),
    ("the document number is not known", "文号不详"),
    ("the issuer is not known", "发文机关不详"),
    ("{number} is not a document number", "“{number}”不是文号"),
    ("the number begins with {prefix}, such letters with {ours}", "文号以{prefix}开头，此类函件应为{ours}"),
    ("the number begins with {prefix} as such letters do", "文号以{prefix}开头，与此类函件相符"),
    ("{issuer} does not issue such letters", "{issuer}不发此类函件"),
    ("{issuer} issues such letters", "{issuer}发此类函件"),
    ("{zone} is not in the baseline of {count}", "{zone}不在已知的{count}个之中"),
    ("{zone} is in the baseline", "{zone}已在名单中"),
    ("{name} is in no list of places: its English name is pinyin", "{name}不在地名表中，英文名用拼音"),
    ("{name} is no name of a place", "{name}不是地名"),
    ("footnote {n} prints {url}, and this address goes on from there", "脚注{n}印作{url}，此地址是其下文"),
    ("the page names the known title: {title}", "页面载有已知标题：{title}"),
    ("the page names {zone}: {title}", "页面写有{zone}：{title}"),
    ("it has the same title: {title}", "标题相同：{title}"),
    ("it has the same document number: {number}", "文号相同：{number}"),
    ("its address has the same page number {number}", "地址中的页面编号相同：{number}"),
    ("{url} no longer shows it", "{url} 已无此文"),
    ("{url} redirects there for good", "{url} 永久转向此处"),
    ("the cited page {url} says {said}", "引用页 {url} 写作：{said}"),
    ("the letter {url} says {said}", "函件 {url} 写作：{said}"),
    ("the dossier says that {zone} was announced {day}", "档案记载{zone}于{day}公布"),
    ("the dossier says that {zone} was created {day}", "档案记载{zone}于{day}设立"),
    ("the dossier says of {zone}: {what} {value}", "档案对{zone}的记载：{what} {value}"),
    (
        "the page said so in the snapshot of {day}; {what} is not found on it any more",
        "{day}的快照中尚有，如今页面上已无{what}",
    ),
    ("changed since the snapshot of {day}: {what}", "与{day}的快照相比有改动：{what}"),
    (
        "{kind}: {tally}; dead at {n} checks, {apart} apart, over {span}",
        "{kind}：{tally}；相隔{apart}、历时{span}、{n}次检查不见即判失效",
    ),
    (
        "{kind}: {tally}; suspected at {n} checks, {apart} apart, over {span}, "
        "two of them {off} apart in the day",
        "{kind}：{tally}；相隔{apart}、历时{span}、{n}次检查不通即疑为失效",
    ),
    (
        "{kind} ({rule}): not seen since {at}; told after {span}, never dead by itself",
        "{kind}（{rule}）：自{at}起看不到；不因此判为失效",
    ),
    (
        "not seen since {day}; whether it is there cannot be said from here",
        "自{day}起看不到，是否仍在无从判断",
    ),
    ("seen through the content gate ({kind})", "内容检查通过（{kind}）"),
    ("moved: the page was verified at another address", "页面已在另一地址核实"),
    ("a person confirmed that it is dead; until then {rule}", "已由人确认失效；此前：{rule}"),
    ("the page passed the content gate at two visits running", "连续两次访问，页面内容均完整"),
    (
        "a row of {list} that no earlier visit saw; the list reports every new row",
        "{list}中首次出现的条目；该列表每条都报",
    ),
    ("a row of {list} reads {title}", "{list}中有一条：{title}"),
    ("its page could not be read: {why}", "原页无法读取：{why}"),
    ("{url} could not be seen at two walks running: {why}", "{url} 连续两次翻阅都看不到：{why}"),
    ("what stands on it and behind it was not read", "该页及其后的内容未能读取"),
    (
        "{n} pages were read and no known ground was reached; older rows were not seen",
        "读了{n}页仍未接上已知条目，更早的未读",
    ),
    (
        "{list} has not been seen for {n} days, since {day}; its first page reached back {reach} days then "
        "({rows} rows from {first} to {last}), so that rows may have come and gone",
        "{list}自{day}起已有{n}天看不到；其首页当时只覆盖{reach}天（{first}至{last}，{rows}条），其间可能有条目出现又消失",
    ),
    (
        "{list} answers and has brought nothing new for {n} days, since {day}; of the {count} pauses before, "
        "95 in 100 were of {usual} days or less: it may have moved, or stopped",
        "{list}能打开，但自{day}起{n}天无新条目；此前{count}次间隔中95%不超过{usual}天：可能已迁移或停更",
    ),
    ("1 check that counted, {at}", "已记1次，{at}"),
    ("{n} checks that counted, {first} to {last}", "{first}至{last}已记{n}次"),
    ("{title} says: {sentence}", "{title}载明：{sentence}"),
)

_NAME: Final = re.compile(r"\{(\w+)\}")
_SENTENCES: Final = frozenset({"tally", "rule"})
_WORDS: Final = {"title": "标题", "text": "正文", "nothing of it": "没有提到"}


def reason(english: str) -> str:
    """Tell a finding's reason in Chinese; as it is where this book does not know its form."""
    for parts, chinese in _BOOK:
        found = _fit(parts, english)
        if found is not None:
            return chinese.format(**{name: _said(name, said) for name, said in found.items()})
    return english


def _said(name: str, text: str) -> str:
    return reason(text) if name in _SENTENCES else _WORDS.get(text, text)


def _fit(parts: tuple[str, ...], text: str) -> dict[str, str] | None:
    """Lay a form (literals and names by turns) over a text, each name up to the next literal's first place.

    Nothing is tried twice, so that no text from a page can make this slow.
    """
    first, *rest = parts
    if not text.startswith(first):
        return None
    found, at = {}, len(first)
    for place, (name, literal) in enumerate(zip(rest[::2], rest[1::2], strict=True), 1):
        last = place * 2 == len(rest)
        end = len(text) - len(literal) if last else text.find(literal, at + 1)
        if end <= at or not text.startswith(literal, end):
            return None
        found[name], at = text[at:end], end + len(literal)
    return found if at == len(text) else None


_BOOK: Final = tuple((tuple(_NAME.split(english)), chinese) for english, chinese in _FORMS)
