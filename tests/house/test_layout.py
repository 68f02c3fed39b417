"""The house rules that a machine can hold: sizes, empty doors, templates in use, addresses that exist, quiet text."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("jobmatch", "recruiters", "training", "ml")
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts
]
TEMPLATES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("templates/**/*.html"))]
MAX_FILE, MAX_FUNCTION = 500, 60
WORKPLACE = re.compile(r"/wor" + r"k/(main|wt|shared|\.)|/roo" + r"t/|\.libr" + r"ary/|sub" + r"agent")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_and_functions_stay_small() -> None:
    long = []
    for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]:
        lines = _text(path).count("\n")
        if lines > MAX_FILE:
            long.append(f"{_name(path)}: {lines} lines")
        long += [
            f"{_name(path)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(_text(path)))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION
        ]
    assert long == []


def test_every_init_is_empty() -> None:
    assert [_name(path) for path in SOURCES if path.name == "__init__.py" and _text(path).strip()] == []


def test_nobody_but_the_edge_commits() -> None:
    committing = {_name(path) for path in SOURCES if re.search(r"\.commit\(\)", _text(path))}
    assert committing <= {"jobmatch/core/uow.py", "jobmatch/cli/bench.py"}


def test_views_and_apis_touch_no_session_writes() -> None:
    wrong = []
    for path in SOURCES:
        if path.name in {"views.py", "api.py"} or path.parent.name == "views":
            wrong += [
                _name(path) for word in ("session.add", "session.execute", "session.delete") if word in _text(path)
            ]
    assert wrong == []


def test_only_the_clock_tells_the_time() -> None:
    pattern = re.compile(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(")
    assert {_name(path) for path in SOURCES if pattern.search(_text(path))} <= {
        "jobmatch/core/clock.py",
        "ml/ranker.py",
    }


def test_templates_have_no_inline_script_style_or_foreign_address() -> None:
    # A block of data for search engines is no script: browsers do not run it, whatever the policy says.
    script = r'<script(?! type="application/ld\+json">)(?![^>]*\bsrc=)'
    pattern = re.compile(script + r"|\bstyle=|\son[a-z]+=\"|\|\s*safe\b|https?://(?!www\.w3\.org)")
    assert [_name(path) for path in TEMPLATES if pattern.search(_text(path))] == []


def test_every_template_is_used() -> None:
    everything = "\n".join(_text(path) for path in [*SOURCES, *TEMPLATES])
    unused = []
    for path in TEMPLATES:
        name = path.as_posix().split("/templates/")[1]
        if f'"{name}"' not in everything and f"'{name}'" not in everything and "gallery/" not in name:
            unused.append(_name(path))
    assert unused == []


def test_every_included_template_exists() -> None:
    """``ignore missing`` hides a wrong name until somebody misses what should be drawn there."""
    named = re.compile(r"""\{%-?\s*(?:include|extends|import|from)\s+["']([^"']+)["']""")
    there = {path.as_posix().split("/templates/")[1] for path in TEMPLATES}
    wrong = [(_name(path), name) for path in TEMPLATES for name in named.findall(_text(path)) if name not in there]
    assert wrong == []


def test_chinese_text_uses_chinese_punctuation() -> None:
    """A half-width comma, colon or question mark between Chinese characters comes from typing code."""
    pattern = re.compile(r"[\u4e00-\u9fff][,;:?!](?=[\u4e00-\u9fff])")
    wrong = [f"{_name(path)}: {m.group()}" for path in TEMPLATES for m in pattern.finditer(_text(path))]
    assert wrong == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not listed:
        pytest.skip("not a git checkout: the list of files is not known")
    wrong = []
    for name in listed:
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".html", ".toml", ".js", ".css", ".txt", ""}:
            wrong += [name for _ in WORKPLACE.finditer(path.read_text(encoding="utf-8", errors="ignore"))]
    assert wrong == []


def test_the_top_level_is_fixed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not listed:
        pytest.skip("not a git checkout: the list of files is not known")
    top = {name.split("/")[0] for name in listed}
    allowed = {*PACKAGES, "tests", "docs", "pyproject.toml", "requirements.lock", "Makefile", "LICENSE", "CHANGELOG.md"}
    assert {name for name in top if not name.startswith((".", "README"))} <= allowed
