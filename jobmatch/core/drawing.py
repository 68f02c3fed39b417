"""Pictures made of words: text, bands and QR codes on a sheet, in the CJK font that comes with the product.

Where no such font is found nothing is drawn: a picture of empty boxes would be worse than words alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFont

INK, SOFT, PINE, PAY, LINE, PAPER = "#17201b", "#4b5850", "#1d4636", "#b0280f", "#d3dbd5", "#ffffff"
SYSTEM_FONTS = Path("/usr/share/fonts")
_NEVER_FIRST = "，。、；：！？）》”’—,.;:!?)"
"""Signs that do not begin a line."""


@cache
def font_path() -> Path | None:
    """The font that pictures are set in; None where the machine has none with Chinese characters."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        pass
    else:
        if Path(sans_path()).exists():
            return Path(sans_path())
    return next(iter(sorted(SYSTEM_FONTS.rglob("NotoSansCJK-Regular.ttc"))), None)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The order of faces in the Debian collection is JP, KR, SC, TC, HK; the packaged font has one face.
    path = font_path()
    if path is None:
        raise LookupError("no font with Chinese characters")
    return ImageFont.truetype(str(path), size, index=2 if path.suffix == ".ttc" else 0)


@lru_cache(maxsize=20_000)
def _width(sign: str, size: int) -> float:
    return _font(size).getlength(sign)


def _lines(words: str, size: int, width: float) -> Iterator[str]:
    """``words`` in lines no wider than ``width``; Latin words and numbers may break, as on narrow Chinese paper."""
    line, used = "", 0.0
    for sign in words:
        step = _width(sign, size)
        if line and used + step > width and sign not in _NEVER_FIRST:
            yield line.rstrip()
            line, used = "", 0.0
            if sign == " ":
                continue
        line, used = line + sign, used + step
    if line:
        yield line.rstrip()


def qr_picture(text: str, side: int) -> Image.Image:
    """A QR code (never a Micro QR) of ``side`` pixels."""
    code = segno.make_qr(text, error="m")
    modules, _height = code.symbol_size(border=2)
    target = io.BytesIO()
    # Every module is a whole number of pixels wide: stretched ones are harder to scan.
    code.save(target, kind="png", scale=max(1, side // modules), border=2)
    found = Image.open(io.BytesIO(target.getvalue())).convert("RGB")
    sheet = Image.new("RGB", (max(side, found.width),) * 2, PAPER)
    sheet.paste(found, ((sheet.width - found.width) // 2, (sheet.height - found.height) // 2))
    return sheet


class Sheet:
    """A sheet that is written from top to bottom; ``y`` is how far it is filled."""

    def __init__(self, width: int, height: int, *, margin: int) -> None:
        self.image = Image.new("RGB", (width, height), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.width, self.margin, self.y = width, margin, margin

    def text(
        self,
        words: str,
        size: int,
        *,
        fill: str = INK,
        is_bold: bool = False,
        x: int | None = None,
        width: int | None = None,
        most: int = 0,
    ) -> None:
        """Write ``words`` and move below them; with ``most`` lines the last one ends in an ellipsis."""
        left = self.margin if x is None else x
        room = width if width is not None else self.width - left - self.margin
        # A regular face is thickened for headings: the product ships one weight.
        stroke = max(1, size // 40) if is_bold else 0
        lines = list(_lines(" ".join(words.split()), size, room))
        if most and len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
        for line in lines:
            self.draw.text((left, self.y), line, font=_font(size), fill=fill, stroke_width=stroke, stroke_fill=fill)
            self.y += round(size * 1.45)

    def band(self, height: int, fill: str = PINE) -> None:
        """A band over the whole width, from here down; writing goes on inside it."""
        self.draw.rectangle((0, self.y, self.width, self.y + height), fill=fill)

    def rule(self) -> None:
        """A thin line between two things."""
        self.draw.line((self.margin, self.y, self.width - self.margin, self.y), fill=LINE, width=2)

    def picture(self, image: Image.Image, x: int, y: int) -> None:
        """Put a picture at a place of its own."""
        self.image.paste(image, (x, y))

    def png(self, *, cut: bool = False) -> bytes:
        """The sheet as a PNG with few colors; ``cut`` ends it below what was written."""
        image: Any = self.image
        if cut:
            image = image.crop((0, 0, self.width, min(self.y + self.margin, image.height)))
        target = io.BytesIO()
        few = image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(target, "PNG", optimize=False)
        return target.getvalue()
