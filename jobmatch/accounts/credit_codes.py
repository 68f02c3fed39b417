"""Unified social credit codes (GB 32100-2015), rural collectives (N…) included."""

from __future__ import annotations

import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def clean_credit_code(value: str) -> str:
    """The code in upper case without spaces and dashes; full-width characters become plain ones."""
    return "".join(c for c in unicodedata.normalize("NFKC", value).upper() if c not in " -\t\u3000")


def is_credit_code(code: str) -> bool:
    """Whether a cleaned code has 18 characters of the alphabet and the right check character (weights 3^i mod 31)."""
    if len(code) != 18 or any(c not in _ALPHABET for c in code):
        return False
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _ALPHABET[-total % 31] == code[17]
