"""Printed pages: Typst templates with the data handed in as JSON, set in fonts that come with the product.

Data never becomes markup: a template reads it with ``json(bytes(sys.inputs.data))`` and prints the values as text.
Compiling takes some tenths of a second, so it happens outside writing units.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _fonts() -> Any:
    import typst
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    # The Debian fonts stand in where the packaged ones are missing.
    folders = {str(Path(path()).parent) for path in (sans_path, serif_path)} | {"/usr/share/fonts"}
    return typst.Fonts(include_system_fonts=False, font_paths=sorted(folders))


def render_pdf(template: Path, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a Typst ``template`` (a ``.typ`` file beside the room's HTML) with ``data``.

    The template reads ``sys.inputs.data`` (a JSON text); ``files`` are further texts under their name in
    ``sys.inputs`` (an SVG of a QR code, for example). Font families: ``Noto Sans SC``, ``Noto Serif SC``.
    """
    import typst

    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str)}
    inputs |= {name: content.decode() for name, content in (files or {}).items()}
    made = typst.compile(template.read_bytes(), root=str(template.parent), font_paths=_fonts(), sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise TypeError(f"{template.name} gave several documents")
    return made


def qr_svg_bytes(text: str) -> bytes:
    """A QR code (never a Micro QR, which phones cannot read) as an SVG for ``render_pdf``."""
    import io

    import segno

    target = io.BytesIO()
    segno.make_qr(text, error="m").save(target, kind="svg", scale=4, border=2, xmldecl=False)
    return target.getvalue()
