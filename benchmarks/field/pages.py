"""Invented notices of eight ministries, 30 to 60 kB each: much menu around little text, as on real sites.

The same number gives the same page at every call; each version after the first changes one paragraph.
`NOISE` stands where a page counts its visitors.
"""

import random
from functools import cache
from typing import NamedTuple

NAV, ORGANS, SUBJECTS, DOCUMENTS, WORDS = (
    row.split()
    for row in (
        "首页 机构 新闻 政策 服务 互动 数据 专题 党建 人事 公告 通知 解读 规划 "
        "统计 标准 监管 审批 国际 科研 教育 财务 法规 督查 信访 档案 图书 年鉴 "
        "公报 会议 讲话 视频 图片 直播 访谈 征集 调查 举报 投诉 咨询 建议",
        "工业司 规划司 财务司 政策法规司 科技司 国际司 人事司 办公厅 安全司 环资司 监测司 地质司",
        "稀土 锂资源 关键矿产 钢铁 光伏 储能 动力电池 出口管制 绿色制造 节能减排 "
        "产能置换 原材料 石墨 锑 镓锗 新能源汽车 数据安全 标准化 碳达峰 危险化学品 "
        "电信 互联网 民爆 船舶",
        "通知 公告 意见 办法 通报 决定 批复 函 公示 目录",
        "各省 自治区 直辖市 有关 部门 单位 企业 应当 按照 要求 组织 开展 申报 工作 "
        "加强 监督 管理 提高 质量 保障 安全 促进 高质量 发展 根据 规定 现将 "
        "有关事项 通知如下 一、 二、 三、 （一） （二） 材料 截止 日期 联系人 电话 "
        "附件 年度 项目 指标 总量 控制 开采 冶炼 分离 进口 出口 许可证 审查 备案 "
        "公示期 反馈 书面 意见 专家 评审 名单 试点 示范 基地 园区",
    )
)
SITES = 8
NOISE = b"@@NOISE_000000000000@@"


class Frame(NamedTuple):
    """What all pages of a site share."""

    head: str
    menu: str
    foot: str


class Facts(NamedTuple):
    """What a page says of itself."""

    title: str
    published: str
    organ: str


@cache
def frame(site: int) -> Frame:
    """Return what stands around every text of a site: styles, scripts, menu, footer."""
    chance = random.Random(f"frame{site}")
    menu = _menu(site, chance)
    style = "".join(
        f".c{k}{{margin:{k}px;padding:{k % 7}px;color:#{k * 7919 % 0xFFFFFF:06x};"
        'font:12px/1.8 "宋体",SimSun}\n'
        for k in range(30)
    )
    script = "".join(
        f'function f{k}(a){{var b=document.getElementById("e{k}");if(b&&a<{k}){{b.style.display="none";}}'
        f"return a+{k};}}\n"
        for k in range(30)
    )
    links = "".join(
        f'<option value="http://www.example{k}.invalid/">{chance.choice(ORGANS)}{chance.choice(NAV)}网</option>'
        for k in range(30)
    )
    return Frame(
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
        f'<meta name="SiteName" content="示例部{site}"><style>{style}</style><script>{script}</script>\n',
        menu,
        f'<div class="footer"><select>{links}</select><p>版权所有：示例部{site} 备案序号：京备00000000号 '
        f'网站标识码bm00000000</p><p>今日访问量：<span id="hits">{NOISE.decode()}</span></p>'
        f"<script>{script}</script></div></body></html>",
    )


def _menu(site: int, chance: random.Random) -> str:
    items = (
        f'<li class="nav-item"><a href="/{site}/c{k}/index.html">{NAV[k]}</a>'
        f'<ul class="sub">{"".join(_sub(site, k, j, chance) for j in range(8))}</ul></li>'
        for k in range(12)
    )
    return '<ul class="nav" id="nav">' + "\n".join(items) + "</ul>"


def _sub(site: int, column: int, row: int, chance: random.Random) -> str:
    name = chance.choice(NAV) + chance.choice(NAV)
    return (
        f'<li class="sub-item sub-{column}-{row}"><a href="/{site}/c{column}/s{row}/index.html" '
        f'target="_blank" title="{name}">{name}</a></li>'
    )


def facts(number: int) -> Facts:
    """Return the truth about a page."""
    return _facts(number, random.Random(f"page{number}"))


def _facts(number: int, chance: random.Random) -> Facts:
    subject, organ, document = chance.choice(SUBJECTS), chance.choice(ORGANS), chance.choice(DOCUMENTS)
    year, month, day = chance.randint(2019, 2026), chance.randint(1, 12), chance.randint(1, 28)
    title = f"关于做好{year}年{subject}有关工作的{document}（第{number}号）"
    return Facts(title, f"{year}-{month:02}-{day:02}", organ)


def page(number: int, version: int = 0) -> bytes:
    """Return a page in UTF-8; its site is its number modulo `SITES`."""
    chance = random.Random(f"page{number}")
    told = _facts(number, chance)
    around = frame(number % SITES)
    paragraphs = [_paragraph(chance) for _ in range(chance.randint(8, 44))]
    if version:
        _revise(paragraphs, number, version)
    body = "\n".join(
        '<p style="text-indent:2em;line-height:2" class="MsoNormal">'
        f'<span lang="EN-US" style="font-family:仿宋_GB2312">{text}</span></p>'
        for text in paragraphs
    )
    files = "".join(
        f'<li><a href="./att/{number}_{k}.pdf">附件{k + 1}：{told.title}申报表.pdf</a></li>'
        for k in range(chance.randint(0, 4))
    )
    related = "".join(
        f'<li><a href="/n/{(number * 31 + k * 7) % 1000}.html">关于{chance.choice(SUBJECTS)}的'
        f"{chance.choice(DOCUMENTS)}</a><span>{told.published}</span></li>"
        for k in range(10)
    )
    return (
        f"{around.head}<title>{told.title}_示例部{number % SITES}</title>"
        f'<meta name="ArticleTitle" content="{told.title}">'
        f'<meta name="PubDate" content="{told.published} 10:00"></head><body>{around.menu}'
        '<div class="crumbs">当前位置：首页 &gt; 政策 &gt; 通知</div>'
        f'<div id="content" class="article"><h1 class="title">{told.title}</h1>'
        f'<div class="info">发布时间：{told.published}　来源：{told.organ}　字号：[大 中 小]</div>'
        f'<div class="TRS_Editor">{body}</div><ul class="att">{files}</ul></div>'
        f'<div class="related"><h3>相关新闻</h3><ul>{related}</ul></div>{around.foot}'
    ).encode()


def _paragraph(chance: random.Random) -> str:
    words = (
        chance.choice(WORDS) + (chance.choice("，，、；") if chance.random() < 0.3 else "")
        for _ in range(chance.randint(40, 90))
    )
    return "　　" + "".join(words) + "。"


def _revise(paragraphs: list[str], number: int, version: int) -> None:
    chance = random.Random(f"v{number}-{version}")
    at = chance.randrange(len(paragraphs))
    addition = f"，其中第{version}次修订，截止日期延长至{2026 + version}年{chance.randint(1, 12)}月。"
    paragraphs[at] = paragraphs[at][:-1] + addition
