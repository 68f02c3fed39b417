"""What the pages of the room share: downloads that leave no trace on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response

from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.privacy.words import column_label, table_label

TEMPLATES = Path(__file__).parents[1] / "templates" / "privacy"


def download(content: bytes, name: str, mimetype: str) -> Response:
    """A file to keep, which no cache keeps."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def export_json(made: dict[str, Any]) -> Response:
    """An export for machines."""
    content = json.dumps(made, ensure_ascii=False, indent=1, default=str).encode()
    return download(content, f"jobmatch-{made['person']}.json", "application/json")


def export_pdf(made: dict[str, Any]) -> Response:
    """An export for reading: a section for each table, every value with its name."""
    sections = [
        {"title": table_label(table), "rows": [_lines(row) for row in rows]}
        for tables in made["rooms"].values()
        for table, rows in tables.items()
    ]
    data = {
        "title": _("我的个人信息"),
        "made": _("编号 %(person)s，%(day)s 导出", person=made["person"], day=made["made_at"][:10]),
        "sections": sections,
        "seen_title": _("谁看过"),
        "seen": [[look["at"][:10], look["who"], look["what"], look["reason"]] for look in made["seen_by"][:200]],
    }
    return download(render_pdf(TEMPLATES / "export.typ", data), f"jobmatch-{made['person']}.pdf", "application/pdf")


def _lines(row: dict[str, Any]) -> list[list[str]]:
    """Names and values of a row; where a code has words, the words alone."""
    return [
        [column_label(name), _text(row.get(f"{name}_words") or value)]
        for name, value in row.items()
        if not name.endswith("_words") and value not in ("", None, [], {})
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(_text(one) for one in value)
    if isinstance(value, dict):
        return _("；").join(f"{key}: {_text(one)}" for key, one in value.items())
    return str(value)[:2000]


def versions_of(text: str | None) -> tuple[int, int]:
    """The versions of both files when the form was made; nonsense is a stale form."""
    parts = (text or "").split(",")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return (0, 0)
    return int(parts[0]), int(parts[1])
