"""How many fields are read right, wrong or not at all: zonewatch beside general extractors.

`python -m benchmarks.accuracy [PAGES]` reads the real pages (a folder with `manifest.csv`, by default
`shared/pages` beside the checkout, left out where it is absent) and our own fixtures. What a person
read in them is the truth: the manifest, and the expectations. A wrong value counts apart from an
absent one, because a plausible wrong day is worse than none; where the truth is "the page does not
say", absent is right. The others are optional (`pip install htmldate trafilatura newspaper4k gne`) and
get text that zonewatch has decoded; nothing touches the network and no image is fetched.
"""

import csv
import importlib
import socket
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from scraper.cases import collect, read
from scraper.decode import decode
from scraper.model import Notice

ROOT = Path(__file__).parents[1]
FIELDS = ("title", "published", "signed", "document_number")
TRUTHS = ("title", "date_published", "date_signed", "doc_no")
"""The manifest's columns for `FIELDS`."""

OFFERED = {
    "htmldate": ("published",),
    "trafilatura": ("title", "published"),
    "newspaper4k": ("title", "published"),
    "gne": ("title", "published"),
}
"""What the general extractors read at all; none knows of signing dates or document numbers."""

Values = Mapping[str, str | None]
Extractor = Callable[[str, str | None], Values]


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and the truth about it, where it is known; `meta` is what a visit would know of the bytes."""

    family: str
    content: bytes
    meta: Mapping[str, Any]
    truth: Values


@dataclass(slots=True)
class Score:
    """The tally of one program: verdicts by family and field, seconds over all pages."""

    seconds: float = 0.0
    pages: int = 0
    verdicts: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def saved(folder: Path) -> Iterator[Sample]:
    """Yield the notices among the real pages; a family is what stands before the first underline.

    An empty `date_published` says that the page states none; other empty columns say nothing.
    """
    manifest = folder / "manifest.csv"
    for row in csv.DictReader(manifest.open(encoding="utf-8", newline="")) if manifest.exists() else ():
        if row["expect"] == "notice":
            meta: dict[str, Any] = {"url": row["original_url"] or None, "headers": [], "reader": None}
            stated = {name: row[column] or None for name, column in zip(FIELDS, TRUTHS, strict=True)}
            truth = {name: value for name, value in stated.items() if value or name == "published"}
            yield Sample(row["file"].partition("_")[0], (folder / row["file"]).read_bytes(), meta, truth)


def authored(root: Path) -> Iterator[Sample]:
    """Yield the notices among the fixtures, as families of their own."""
    for case in collect(root):
        expected = case.expected or {}
        if expected.get("kind") == "notice":
            family, meta = f"fixtures/{case.folder.parent.name}", {**case.meta, "reader": None}
            yield Sample(family, case.content, meta, {name: expected.get(name) for name in FIELDS})


def zonewatch(sample: Sample) -> Values:
    """Read a page with this program, from its bytes."""
    reading = read(sample.content, sample.meta)
    if not isinstance(reading, Notice):
        return {}
    return {name: None if (value := getattr(reading, name)) is None else str(value) for name in FIELDS}


def extractors() -> dict[str, Extractor]:
    """Return the general extractors that are installed."""
    found: dict[str, Extractor] = {}
    for name, module, make in (
        ("htmldate", "htmldate", by_htmldate),
        ("trafilatura", "trafilatura", by_trafilatura),
        ("newspaper4k", "newspaper", by_newspaper),
        ("gne", "gne", by_gne),
    ):
        try:
            found[name] = make(importlib.import_module(module))
        except ImportError as error:
            print(f"{name}: not installed ({error})", file=sys.stderr)
    return found


def by_htmldate(module: Any) -> Extractor:
    """Read the date of publication, not of the last change."""
    return lambda text, url: {"published": module.find_date(text, url=url, original_date=True)}


def by_trafilatura(module: Any) -> Extractor:
    """Read with trafilatura, whose version 1 answers with a dict and version 2 with an object."""

    def extract(text: str, url: str | None) -> Values:
        found = module.bare_extraction(text, url=url, with_metadata=True)
        facts = found if isinstance(found, dict) else found.as_dict() if found else {}
        return {"title": facts.get("title"), "published": facts.get("date")}

    return extract


def by_newspaper(module: Any) -> Extractor:
    """Read with newspaper4k; an article that is given its HTML downloads nothing."""

    def extract(text: str, url: str | None) -> Values:
        article = module.Article(url or "http://localhost/", fetch_images=False)
        article.download(input_html=text)
        article.parse()
        return {"title": article.title or None, "published": day(article.publish_date)}

    return extract


def by_gne(module: Any) -> Extractor:
    """Read with gne, made for Chinese news."""

    def extract(text: str, _: str | None) -> Values:
        found = module.GeneralNewsExtractor().extract(text)
        return {"title": found.get("title"), "published": day(found.get("publish_time"))}

    return extract


def day(value: Any) -> str | None:
    """Return a date, or a date and time, as ISO day."""
    return str(value)[:10].replace("/", "-") if value else None


def verdict(truth: str | None, value: str | None) -> str:
    """Compare without blanks: right, wrong or absent."""
    if "".join((value or "").split()) == "".join((truth or "").split()):
        return "right"
    return "wrong" if value else "absent"


def measure(samples: list[Sample], extract: Callable[[Sample], Values], fields: tuple[str, ...]) -> Score:
    """Run one program over all pages; one that raises has read nothing."""
    score = Score()
    for sample in samples:
        begun = time.perf_counter()
        try:
            values = extract(sample)
        except Exception:
            values = {}
        score.seconds += time.perf_counter() - begun
        score.pages += 1
        for name in sample.truth.keys() & fields:
            score.verdicts[sample.family, name][verdict(sample.truth[name], values.get(name))] += 1
    return score


def run(samples: list[Sample]) -> dict[str, Score]:
    """Measure every program that is here; the first page of all warms each of them up."""
    texts = {id(sample): decode(sample.content, None).text for sample in samples}
    scores = {}
    for name, extract in {"zonewatch": zonewatch, **bound(extractors(), texts)}.items():
        fields = OFFERED.get(name, FIELDS)
        measure(samples[:1], extract, fields)
        scores[name] = measure(samples, extract, fields)
    return scores


def bound(found: dict[str, Extractor], texts: Mapping[int, str]) -> dict[str, Callable[[Sample], Values]]:
    """Give the extractors text instead of bytes."""

    def bind(extract: Extractor) -> Callable[[Sample], Values]:
        return lambda sample: extract(texts[id(sample)], sample.meta["url"])

    return {name: bind(extract) for name, extract in found.items()}


def table(samples: list[Sample], scores: Mapping[str, Score]) -> Table:
    """Lay the tallies out: a row a family and field, a column a program."""
    shown = Table("family", "field", "pages", *scores, title="right / wrong / absent")
    sizes = Counter(sample.family for sample in samples)
    for family in sizes:
        for name in FIELDS:
            cells = (tally(score.verdicts.get((family, name))) for score in scores.values())
            shown.add_row(family, name, str(sizes[family]), *cells)
    for name in FIELDS:
        shown.add_row(
            "all", name, str(len(samples)), *(tally(total(score, name)) for score in scores.values())
        )
    speeds = (f"{score.seconds / max(1, score.pages) * 1000:.1f}" for score in scores.values())
    shown.add_row("all", "ms a page", str(len(samples)), *speeds)
    return shown


def total(score: Score, name: str) -> Counter[str]:
    """Add up a field over all families."""
    return sum((counts for (_, field_), counts in score.verdicts.items() if field_ == name), Counter())


def tally(counts: Counter[str] | None) -> str:
    """Return one cell."""
    return " / ".join(str(counts[kind]) for kind in ("right", "wrong", "absent")) if counts else "–"


def refuse(*_: Any) -> None:
    """Stand in for every connection."""
    raise OSError("the benchmark has no network")


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "pages"
    samples = [*saved(folder), *authored(ROOT / "fixtures")]
    socket.socket.connect = refuse  # type: ignore[method-assign]
    Console(width=150).print(table(samples, run(samples)))


if __name__ == "__main__":
    main()
