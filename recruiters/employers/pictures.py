"""The picture of a paper that the office looks at, made in a child process from what came in."""

from __future__ import annotations

import base64
import io

LONGEST_SIDE = 1600
QUALITY = 80


def picture_of(content: bytes) -> str:
    """A JPEG of a picture or of the first page of a PDF, upright, as base64; nothing else of the file is kept.

    Raises whatever the libraries raise: the caller runs it in a child, where that is an answer.
    """
    from PIL import Image, ImageOps

    if content.startswith(b"%PDF-"):
        import pypdfium2 as pdfium

        page = pdfium.PdfDocument(content)[0]
        scale = min(LONGEST_SIDE / max(page.get_width(), page.get_height(), 1), 4)
        image = page.render(scale=scale).to_pil()
    else:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    image = image.convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY, optimize=True)
    return base64.b64encode(target.getvalue()).decode()
