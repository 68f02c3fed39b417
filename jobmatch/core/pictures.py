"""Pictures are stored as drawn anew: what the camera wrote beside them (place, time, device) does not come in.

``redraw`` runs inside the child process of ``uploads.take_upload``; ``shrink`` takes what it made.
"""

from __future__ import annotations

import base64
import io

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uploads import MOST_PIXELS

SMALL_SIDE, SMALL_QUALITY = 640, 60
"""What is seen on a page beside other things: some 30 kB."""
MOST_SIDE = 2400
"""Pixels of the longer side: a sheet of A4 at about 200 to the inch, on which every word can be read."""


def redraw(content: bytes) -> str:
    """The picture upright, at most ``MOST_SIDE`` long, as a JPEG without any notes beside it, in base 64."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    target = io.BytesIO()
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        picture.thumbnail((MOST_SIDE, MOST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        # What is see-through would turn black on a black ground.
        plain = Image.new("RGB", upright.size, "white")
        plain.paste(upright, mask=upright.getchannel("A"))
        plain.save(target, "JPEG", quality=88)
    except (OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise Invalid(_("这张图片坏了，打不开。请重新拍一张")) from None
    return base64.b64encode(target.getvalue()).decode()


def shrink(content: bytes) -> bytes:
    """A JPEG of ``redraw`` at most ``SMALL_SIDE`` long, decoded at a fraction of its size (10 ms)."""
    from PIL import Image

    target = io.BytesIO()
    picture = Image.open(io.BytesIO(content), formats=("JPEG",))
    picture.draft("RGB", (SMALL_SIDE, SMALL_SIDE))
    picture.thumbnail((SMALL_SIDE, SMALL_SIDE))
    picture.save(target, "JPEG", quality=SMALL_QUALITY)
    return target.getvalue()
