"""Signed addresses of screens: a board and a booth's screen open for who was given the link, and for nobody else."""

from __future__ import annotations

import hmac
from typing import Literal

from jobmatch.core.crypto import keyring
from jobmatch.core.ids import LENGTH

Screen = Literal["board", "booth"]
MARK = 24


def screen_token(kind: Screen, public_id: str) -> str:
    """The token of a fair's board or an exhibitor's screen."""
    mark = hmac.digest(keyring().blind, f"fair-screen|{kind}|{public_id}".encode(), "sha256").hex()[:MARK]
    return f"{public_id}{mark}"


def read_screen_token(kind: Screen, token: str) -> str | None:
    """The public id that a token was made for; None for everything that was not signed here."""
    public_id = token[:LENGTH]
    same = token.isascii() and hmac.compare_digest(token, screen_token(kind, public_id))
    return public_id if same else None
