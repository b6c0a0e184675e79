"""What hostile sites show in a page's place; imitations of public challenges, none of them whole."""

from tests.site import HEFEI, page

LETTER = page(HEFEI).decode()
"""The page that is watched."""

RUISHU = """<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="a1" content="Kq1" r="m">
<script type="text/javascript" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=83172;$_ts.cd="qrrUqA";
</script><script src="/4gVwv/Tq.js" r='m'></script></head><body></body></html>"""
JIASULE = """<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'_clearance_s=1700.1|-1|x;max-age=3600';
location.href=location.pathname+location.search</script>"""
ALIYUN = """<html><script>var arg1='4C6F7F3A2B1E5D9C8A7B6C5D4E3F2A1B0C9D8E7F';
function setCookie(n,v){document.cookie=n+"="+v;}setCookie("acw_sc__v2",arg1);document.location.reload();
</script></html>"""
WZWS = """<html><head><meta charset="utf-8"><title></title></head><body><script>
eval("var wzwsquestion='q';var wzwsfactor='1';document.cookie='wzws_cid=1';window.location='/WZWSREL3g=='")
</script></body></html>"""
CLOUDFLARE = """<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div id="cf-wrapper">
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></div></body></html>"""
UNKNOWN_MAKE = """<html><head><script>var t=17;document.cookie="guard="+t*t;
window.location.reload();</script></head><body></body></html>"""
SLIDER = """<html><head><meta charset="utf-8"><script src="/slide.js"></script></head><body>
<h3>访问验证</h3><p>请完成安全验证后继续访问，拖动滑块完成拼图</p></body></html>"""

NOT_THERE = """<html><head><meta charset="utf-8"><title>提示信息</title></head>
<body><h1>抱歉，您访问的页面不存在或已被删除</h1><a href="/">返回首页</a></body></html>"""
TIDIED = (
    "<html><head><meta charset='utf-8'><title>中国某某网</title></head><body><div class='menu'>"
    + "".join(f"<a href='/c{number}/'>栏目{number}</a>" for number in range(12))
    + "</div><div class='main'><p>"
    + "网站正在进行内容整理，您要查看的信息正在迁移之中，请通过上方栏目浏览其他内容，感谢您的关注与支持。" * 6
    + "</p></div></body></html>"
)
"""A soft 404 that does not say so: the same pleasant page for every address that is gone."""
HOME = (
    "<html><head><meta charset='utf-8'><title>中华人民共和国科学技术部</title></head><body>"
    + "".join(f"<li><a href='/gz/{number}.html'>科技部召开第{number}次会议</a></li>" for number in range(80))
    + "</body></html>"
)
SHELL = """<!doctype html><html><head><meta charset="utf-8"><title>信息公开</title></head>
<body><div id="app"></div><script src="/static/js/app.8f3b.js"></script></body></html>"""
