"""Small pictures for pages are made from the large ones."""

from __future__ import annotations

import base64
import io
import random

from PIL import Image

from jobmatch.core.pictures import MOST_SIDE, SMALL_SIDE, redraw, shrink


def test_a_photo_is_made_small_for_a_page() -> None:
    rng = random.Random(7)
    photo = Image.frombytes("RGB", (90, 120), rng.randbytes(90 * 120 * 3)).resize((2700, 3600))
    target = io.BytesIO()
    photo.save(target, "PNG")
    large = base64.b64decode(redraw(target.getvalue()))
    small = shrink(large)
    assert max(Image.open(io.BytesIO(large)).size) == MOST_SIDE
    assert Image.open(io.BytesIO(small)).size == (480, SMALL_SIDE)
    assert len(small) < len(large) / 8
