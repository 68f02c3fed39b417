"""Keys, encrypted columns and blind indexes (security.md R13, R14).

A value is bound to its table, column and row by the additional data, so a ciphertext moved elsewhere does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jobmatch.core.errors import SetupError

KEY_FILES = ("cookie", "data", "blind", "audit")
KEY_BYTES = 32
_VERSION = b"\x01"
_KNOWN_BAD = {b"\x00" * KEY_BYTES, b"changeme".ljust(KEY_BYTES, b"\x00")}


@dataclass(frozen=True, slots=True)
class Keyring:
    """The four keys of an installation, 32 bytes each."""

    cookie: bytes
    data: bytes
    blind: bytes
    audit: bytes

    def seal(self, value: str, *, place: str) -> bytes:
        """Encrypt ``value`` for ``place`` (``table.column|public id``)."""
        return self.seal_bytes(value.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """Decrypt what ``seal`` made. Raises ``ValueError`` where the value was moved or damaged."""
        return self.open_bytes(sealed, place=place).decode()

    def seal_bytes(self, value: bytes, *, place: str) -> bytes:
        """Encrypt the content of a file for ``place``."""
        nonce = os.urandom(12)
        return _VERSION + nonce + AESGCM(self.data).encrypt(nonce, value, place.encode())

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """Decrypt what ``seal_bytes`` made. Raises ``ValueError`` where the content was moved or damaged."""
        try:
            return AESGCM(self.data).decrypt(sealed[1:13], sealed[13:], place.encode())
        except InvalidTag:
            raise ValueError(f"sealed value does not belong to {place.split('|')[0]}") from None

    def fingerprint(self, value: str, *, purpose: str) -> bytes:
        """Keyed hash of 16 bytes for equality look-ups; useless without the key."""
        return hmac.new(self.blind, f"{purpose}|{value}".encode(), hashlib.sha256).digest()[:16]


def make_keys(folder: Path) -> None:
    """Create the key files that are missing; existing ones stay as they are."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in KEY_FILES:
        path = folder / f"{name}.key"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                target.write(secrets.token_bytes(KEY_BYTES))


def read_keys(folder: Path) -> Keyring:
    """Read the key files. Raises ``SetupError`` for a missing, short, known or world-readable key."""
    found: dict[str, bytes] = {}
    for name in KEY_FILES:
        path = folder / f"{name}.key"
        try:
            value = path.read_bytes()
            mode = path.stat().st_mode
        except OSError:
            raise SetupError(
                f"Key {path} is missing or unreadable. Run `jobmatch init`, or restore your keys."
            ) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SetupError(f"Key {path} can be read by others. Run: chmod 600 {path}")
        if len(value) < KEY_BYTES or value in _KNOWN_BAD or len(set(value)) < 8:
            raise SetupError(f"Key {path} is too weak. Remove it and run `jobmatch init` before any data exists.")
        found[name] = value[:KEY_BYTES]
    return Keyring(**found)


_ring: Keyring | None = None


def use_keys(ring: Keyring) -> None:
    """Make ``ring`` the process's keyring; called once at start-up."""
    global _ring
    _ring = ring


def keyring() -> Keyring:
    """The process's keyring. Raises ``SetupError`` before start-up has set one."""
    if _ring is None:
        raise SetupError("No keys loaded. Run `jobmatch init` first.")
    return _ring


class Secret:
    """Descriptor of an encrypted attribute over the columns ``<name>_sealed`` and, where asked, ``<name>_blind``.

    The model needs ``public_id`` set before the value (``PublicIdMixin`` does that at construction).
    ``normalise`` makes equal values equal before the blind index is computed. ``tail`` keeps a second blind index of
    that many last signs in ``<name>_tail_blind``: staff often know the last four only.
    """

    def __init__(self, *, blind: bool = False, tail: int = 0, normalise: Callable[[str], str] = str.strip) -> None:
        self.blind = blind
        self.tail = tail
        self.normalise = normalise

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.name}|{row.public_id}"

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        return None if sealed is None else keyring().open(sealed, place=self._place(row))

    def __set__(self, row: Any, value: str | None) -> None:
        clean = self.normalise(value) if value else None
        setattr(row, f"{self.name}_sealed", keyring().seal(clean, place=self._place(row)) if clean else None)
        if self.blind:
            setattr(row, f"{self.name}_blind", self.fingerprint(clean) if clean else None)
        if self.tail:
            setattr(row, f"{self.name}_tail_blind", self.tail_fingerprint(clean) if clean else None)

    def fingerprint(self, value: str) -> bytes:
        """The blind index of ``value``, for ``WHERE <name>_blind = …``."""
        return keyring().fingerprint(self.normalise(value), purpose=self.name)

    def tail_fingerprint(self, value: str) -> bytes:
        """The blind index of the last signs of ``value``, for ``WHERE <name>_tail_blind = …``."""
        return keyring().fingerprint(self.normalise(value)[-self.tail :], purpose=f"{self.name}.tail")
