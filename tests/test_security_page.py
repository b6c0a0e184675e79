"""docs/security.md names a test for each rule, and what it says of our own code is so."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.frames import FrameError, compile_frame
from zonewatch.notify_settings import Notify
from zonewatch.settings import Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
GUARDS = re.findall(r"`(tests/[a-z_/]+\.py)(?:::(test_[a-z0-9_]+))?`", PAGE)
ROOMS = ("scraper", "monitor", "storage", "reports", "scheduler", "zonewatch")
CODE = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
EVALUATES = {"eval", "exec", "compile", "__import__"}
OUTPOST = ROOT / "scraper" / "begun.py"
STARTS = {"subprocess", "pty", "pickle", "marshal", "shelve", "code", "runpy"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def calls(path: Path) -> tuple[tuple[ast.Call, str], ...]:
    found = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return tuple((call, ast.unparse(call.func)) for call in found)


@pytest.mark.parametrize(("path", "name"), GUARDS)
def test_each_test_that_the_page_names_exists(path: str, name: str) -> None:
    assert (ROOT / path).exists()
    defined = {node.name for node in ast.walk(tree(ROOT / path)) if isinstance(node, ast.FunctionDef)}
    assert not name or name in defined


def test_every_rule_has_its_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and "---" not in line]
    rows = [line for line in rows if "guarded by" not in line]
    assert len(rows) >= 40
    assert all("`tests/" in row.split("|")[-2] for row in rows)


def test_no_module_starts_a_program_or_evaluates_text() -> None:
    for path in CODE:
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            started = {name.partition(".")[0] for name in names} & STARTS
            assert not started or (path, started) == (OUTPOST, {"subprocess"}), path
        for call, name in calls(path):
            assert name not in EVALUATES, f"{path}: {ast.unparse(call)}"
            assert not re.fullmatch(r"os\.(system|popen|exec\w*|spawn\w*|posix_spawn\w*)", name), path


def test_the_one_program_that_is_started_is_this_one() -> None:
    started = [call for call, name in calls(OUTPOST) if name.startswith("subprocess.P")]
    assert len(started) == 1
    assert ast.unparse(started[0].args[0]) == "(sys.executable, '-P', '-m', 'scraper.afar', str(number))"


EXPRESSIONS = frozenset({"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
OURS = re.compile(r"_?[A-Z][A-Z0-9_]*(\.pattern(\.decode\(\))?)?|re\.escape\(.*\)")


def test_no_text_of_a_user_becomes_a_regular_expression() -> None:
    """What is put into an expression is a constant of ours, or escaped."""
    seen = 0
    for path in CODE:
        escaped = set(re.findall(r"(\w+) = rf?[\"']\{re\.escape\(\w+\)\}", path.read_text("utf-8")))
        for call, name in calls(path):
            if name.startswith("re.") and name[3:] in EXPRESSIONS:
                for part in ast.walk(call.args[0]):
                    if isinstance(part, ast.FormattedValue):
                        said = ast.unparse(part.value)
                        assert OURS.fullmatch(said) or said in escaped, f"{path}: {ast.unparse(call)}"
                        seen += 1
    assert seen > 30


def test_a_frame_is_no_expression_and_cannot_run_away() -> None:
    phrase = "试验区"
    with pytest.raises(FrameError):
        compile_frame("关于{place}" + "(甲|乙|丙|丁)" * 30 + "{phrase}的函", phrase)
    evil = compile_frame("(a|aa){place}(a|aa){phrase}", phrase)
    assert evil.fit("a" * 200_000) is None
    assert compile_frame(".*+{place}[a-z]+{phrase}", phrase).fit("xx某市yy试验区") is None


def test_no_setting_and_no_key_of_a_dossier_is_code_or_a_command() -> None:
    names = {*Settings.model_fields, *Notify.model_fields}
    schema = (ROOT / "dossiers" / "dossier.schema.json").read_text("utf-8")
    names |= set(re.findall(r'"([a-z_]+)": \{', schema))
    assert len(names) > 40
    for name in names:
        assert not re.search(r"command|script|hook|exec|shell|plugin|module|python|regex|template", name), (
            name
        )


VALUE = re.compile(r"(?:[=<>]|\b(?:in|like|values|limit|match))\s*\(?\s*['\"]?$", re.IGNORECASE)
"""The end of a statement's text after which a value stands."""


def test_no_statement_is_put_together_of_foreign_text() -> None:
    """Where a statement is written out, a value in it is a constant of ours; all others are bound."""
    seen = 0
    for path in CODE:
        for call, name in calls(path):
            if name.endswith((".exec_driver_sql", ".execute")) or name == "text":
                for said in put_as_values(call):
                    seen += 1
                    assert re.fullmatch(r"[A-Z_]+(?: \* \d+)?", said), f"{path}: {ast.unparse(call)}"
    assert seen


def put_as_values(call: ast.Call) -> Iterator[str]:
    """Yield what is put into a statement's text where a value stands."""
    for text in ast.walk(call):
        for said, part in pairwise(text.values) if isinstance(text, ast.JoinedStr) else ():
            if isinstance(said, ast.Constant) and VALUE.search(str(said.value)):
                yield ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""
