"""Reports as one HTML file to forward: no script, nothing loaded, light and dark, on paper and on a phone."""

import re
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import charts, told, words
from reports.charts import Chart
from reports.clean import clean
from reports.model import Report, Section

_CHINESE = re.compile(
    "[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "(?:[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’·\\d]*"
    "[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff])?"
)
"""A run of Chinese with its punctuation, and the digits within it (国科函规〔2020〕171号)."""

_UNBROKEN = re.compile("[^\\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]{20}")
"""A run that no browser breaks by itself, longer than any word or number of a real document."""
_LONG = re.compile("[^\\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]{20}(?=\\S)")


def render(report: Report) -> str:
    """Write a report as one self-contained HTML page."""
    template = _environment().get_template("report.html.j2")
    drawn = partial(_charts, report)
    return template.render(report=report, told=told, words=words, charts=drawn) + "\n"


def _charts(report: Report, section: Section, place: int) -> tuple[Chart, ...]:
    return charts.of_section(section, report.since, report.generated, of=f"dossier-{place}")


def tongue(text: str) -> Markup:
    """Escape a text for HTML and mark its Chinese runs as such, for voices, fonts and line breaks.

    What is longer than any word may break, so that no text makes a page wider than its screen.
    """
    marked, end = Markup(), 0
    shown = clean(text)
    for run in _CHINESE.finditer(shown):
        marked += _breakable(shown[end : run.start()])
        marked += Markup('<span lang="zh-Hans">{}</span>').format(run[0])
        end = run.end()
    return marked + _breakable(shown[end:])


def _breakable(text: str) -> Markup:
    """Escape a text, with a place to break within what no browser breaks by itself."""
    return Markup("<wbr>").join(map(escape, _LONG.sub("\\g<0>\n", text).split("\n")))


def address(url: str) -> Markup:
    """Show an address, as a link where it is one of the web; it may break after each part."""
    shown = Markup("<wbr>").join(re.split(r"(?<=[/?&_=-])", clean(url)))
    if re.match(r"https?://", clean(url), re.IGNORECASE):
        return Markup('<a class="address" href="{}" rel="noreferrer">{}</a>').format(clean(url), shown)
    return Markup('<span class="address">{}</span>').format(shown)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"tongue": tongue, "address": address}
    environment.tests["unbroken"] = lambda text: bool(_UNBROKEN.search(text))
    return environment
