"""Invented notices of a ministry, the same at every call: menus around a text, as on real pages.

`page_of` is a notice of any size, `disclosure` one of 13 kB with a header table and a long menu, as the
ministry of science prints them since 2021.
"""

import random
from functools import lru_cache

from benchmarks.field.pages import DOCUMENTS, NAV, ORGANS, SUBJECTS, WORDS

STYLE = "\n".join(
    f'.c{k}{{margin:{k}px;padding:{k % 7}px;color:#{k * 7919 % 0xFFFFFF:06x};font:12px/1.8 "宋体",SimSun}}'
    for k in range(30)
)
SCRIPT = "\n".join(
    f'function f{k}(a){{var b=document.getElementById("e{k}");'
    f'if(b&&a<{k}){{b.style.display="none";}}return a+{k};}}'
    for k in range(30)
)
HEADER = (
    ("标　　题", "{title}"),
    ("索  引  号", "306-32-{year}-{number}"),
    ("发文机构", "示例部"),
    ("成文日期", "{year}年01月02日"),
    ("发布日期", "{year}年01月05日"),
    ("发文字号", "示函规〔{year}〕{number}号"),
    ("有效性", ""),
)


def page_of(size: int) -> bytes:
    """Return a notice of at least so many bytes, 1 kB more at most."""
    frame, longer = len(notice(0, 0)), len(notice(0, 100))
    count = (size - frame) * 100 // (longer - frame)
    while len(content := notice(0, count)) < size:
        count += 1
    return content


def notice(number: int, paragraphs: int) -> bytes:
    """Return a notice with so many paragraphs, from the templates of many ministries (TRS)."""
    chance = random.Random(f"page{number}")
    year, day = chance.randint(2019, 2026), f"{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    title = f"关于做好{year}年{chance.choice(SUBJECTS)}有关工作的{chance.choice(DOCUMENTS)}（第{number}号）"
    body = "\n".join(
        '<p style="text-indent:2em;line-height:2" class="MsoNormal">'
        f'<span lang="EN-US" style="font-family:仿宋_GB2312">{paragraph(chance)}</span></p>'
        for _ in range(paragraphs)
    )
    files = "".join(
        f'<li><a href="./att/{number}_{k}.pdf">附件{k}：申报表.pdf</a></li>'
        for k in range(1, chance.randint(1, 5))
    )
    related = "".join(
        f'<li><a href="/n/{k}.html">关于{chance.choice(SUBJECTS)}的公告</a><span>{year}-{day}</span></li>'
        for k in range(10)
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
        f"<meta name='SiteName' content='示例部'><style>{STYLE}</style><script>{SCRIPT}</script>\n"
        f"<title>{title}_示例部</title>"
        f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{year}-{day} 10:00">'
        f'</head><body>{menu(12)}<div class="crumbs">当前位置：首页 &gt; 政策 &gt; 通知</div>'
        f'<div id="content" class="article"><h1 class="title">{title}</h1><div class="info">'
        f"发布时间：{year}-{day}　来源：{chance.choice(ORGANS)}　字号：[大 中 小]</div>"
        f'<div class="TRS_Editor">{body}</div><ul class="att">{files}</ul></div>'
        f'<div class="related"><h3>相关新闻</h3><ul>{related}</ul></div>{foot()}</body></html>'
    ).encode()


def disclosure(number: int) -> bytes:
    """Return a disclosure with a header table; 13 kB, most of them menus."""
    chance = random.Random(f"disclosure{number}")
    title = f"示例部关于支持{chance.choice(SUBJECTS)}建设试验区的函"
    cells = [
        f"<td><b>{label}：</b></td>\n<td>{value.format(title=title, year=2020, number=number)}</td>"
        for label, value in HEADER
    ]
    rows = "\n".join(f"<tr>\n{cell}\n</tr>" for cell in cells)
    body = "\n".join(f"<p>{paragraph(chance)}</p>" for _ in range(4))
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="SiteName" content="示例部">'
        f"<title>{title}-示例部</title></head><body>{menu(11)}"
        f'<div class="xxgk_detail_head"><table class="bd1"><tbody>{rows}</tbody></table></div>'
        f'<div class="xxgk_title">{title}</div><div id="Zoom"><p>示函规〔2020〕{number}号</p>'
        f"<p>示例省人民政府：</p>{body}<p>示例部</p><p>2020年1月2日</p></div></body></html>"
    ).encode()


def paragraph(chance: random.Random) -> str:
    """Return a paragraph of 40 to 90 words."""
    words = (
        chance.choice(WORDS) + chance.choice(("，", "、", "；", *[""] * 7))
        for _ in range(chance.randint(40, 90))
    )
    return f"　　{''.join(words)}。"


@lru_cache
def menu(columns: int) -> str:
    """Return a menu of so many columns with eight entries each."""
    chance = random.Random("menu")
    entries = [
        "".join(
            f'<li class="sub-item sub-{k}-{j}"><a href="/c{k}/s{j}/index.html" target="_blank"'
            f' title="{name}">{name}</a></li>'
            for j, name in enumerate(chance.choice(NAV) + chance.choice(NAV) for _ in range(8))
        )
        for k in range(columns)
    ]
    items = (
        f'<li class="nav-item"><a href="/c{k}/index.html">{NAV[k]}</a><ul class="sub">{inner}</ul></li>'
        for k, inner in enumerate(entries)
    )
    return f'<ul class="nav" id="nav">{"".join(items)}</ul>'


@lru_cache
def foot() -> str:
    """Return the foot of a page: links to other sites, counters, scripts."""
    links = "".join(f'<option value="http://www.example{k}.invalid/">{NAV[k]}网</option>' for k in range(30))
    return (
        f'<div class="footer"><select>{links}</select><p>版权所有：示例部 备案序号：京备00000000号</p>'
        f'<p>今日访问量：<span id="hits">1</span></p><script>{SCRIPT}</script></div>'
    )
