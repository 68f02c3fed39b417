"""Keys, encrypted columns and blind indexes (security.md R13, R14).

A value is bound to its table, column and row by the additional data, so a ciphertext moved elsewhere does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jobmatch.core.errors import SetupError

KEY_FILES = ("cookie", "data", "blind", "audit")
KEY_BYTES = 32
MOST_KEYS = 255
NEXT_BLIND = "blind-next.key"
_KNOWN_BAD = {b"\x00" * KEY_BYTES, b"changeme".ljust(KEY_BYTES, b"\x00")}


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of an installation, 32 bytes each.

    ``data`` is the data key number 1, ``newer`` holds those that came after it, by number. The newest one seals; each
    sealed value opens with the key whose number is its first byte. ``folder`` is where keys lie that another process
    may have made meanwhile.
    """

    cookie: bytes
    data: bytes
    blind: bytes
    audit: bytes
    newer: Mapping[int, bytes] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def newest(self) -> int:
        """The number of the data key that seals."""
        return max(self.newer, default=1)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the data keys that open, ascending."""
        return (1, *sorted(self.newer))

    def _data_key(self, number: int) -> bytes:
        """The data key with this number. Raises ``ValueError`` where there is none, on disk neither."""
        if number == 1:
            return self.data
        if number not in self.newer and self.folder is not None:
            fresh = read_keys(self.folder)
            use_keys(fresh)
            if number in fresh.newer:
                return fresh.newer[number]
        if number not in self.newer:
            raise ValueError(f"there is no data key {number}")
        return self.newer[number]

    def seal(self, value: str, *, place: str) -> bytes:
        """Encrypt ``value`` for ``place`` (``table.column|public id``)."""
        return self.seal_bytes(value.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """Decrypt what ``seal`` made. Raises ``ValueError`` where the value was moved or damaged."""
        return self.open_bytes(sealed, place=place).decode()

    def seal_bytes(self, value: bytes, *, place: str) -> bytes:
        """Encrypt the content of a file for ``place``."""
        nonce = os.urandom(12)
        number = self.newest
        return bytes([number]) + nonce + AESGCM(self._data_key(number)).encrypt(nonce, value, place.encode())

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """Decrypt what ``seal_bytes`` made. Raises ``ValueError`` where the content was moved or damaged."""
        try:
            return AESGCM(self._data_key(sealed[0])).decrypt(sealed[1:13], sealed[13:], place.encode())
        except (InvalidTag, IndexError):
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
            _write_key(path)


def _write_key(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(secrets.token_bytes(KEY_BYTES))
        target.flush()
        os.fsync(target.fileno())


def make_data_key(folder: Path) -> int:
    """Add a data key, which seals from now on; returns its number. Raises ``SetupError`` beyond 255 keys."""
    number = read_keys(folder).newest + 1
    if number > MOST_KEYS:
        raise SetupError("There are 255 data keys; a sealed value has no room for another number.")
    _write_key(folder / f"data-{number}.key")
    return number


def make_next_blind_key(folder: Path) -> bytes:
    """The blind key that is to follow, made where no interrupted change left one; ``take_next_blind_key`` ends it."""
    path = folder / NEXT_BLIND
    if not path.exists():
        _write_key(path)
    return _read_key(path)


def take_next_blind_key(folder: Path) -> None:
    """Put the following blind key in the place of the present one."""
    (folder / NEXT_BLIND).replace(folder / "blind.key")


def read_keys(folder: Path) -> Keyring:
    """Read the key files. Raises ``SetupError`` for a missing, short, known or world-readable key."""
    found = {name: _read_key(folder / f"{name}.key") for name in KEY_FILES}
    newer = {
        int(path.stem.removeprefix("data-")): _read_key(path)
        for path in folder.glob("data-*.key")
        if path.stem.removeprefix("data-").isdecimal()
    }
    return Keyring(**found, newer=newer, folder=folder)


def _read_key(path: Path) -> bytes:
    try:
        value = path.read_bytes()
        mode = path.stat().st_mode
    except OSError:
        raise SetupError(f"Key {path} is missing or unreadable. Run `jobmatch init`, or restore your keys.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SetupError(f"Key {path} can be read by others. Run: chmod 600 {path}")
    if len(value) < KEY_BYTES or value in _KNOWN_BAD or len(set(value)) < 8:
        raise SetupError(f"Key {path} is too weak. Remove it and run `jobmatch init` before any data exists.")
    return value[:KEY_BYTES]


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


def place_of(table: str, name: str, public_id: str) -> str:
    """What a sealed value is bound to: its table, attribute and row."""
    return f"{table}.{name}|{public_id}"


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
        return place_of(row.__tablename__, self.name, row.public_id)

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        return None if sealed is None else keyring().open(sealed, place=self._place(row))

    def __set__(self, row: Any, value: str | None) -> None:
        clean = self.normalise(value) if value else None
        setattr(row, f"{self.name}_sealed", keyring().seal(clean, place=self._place(row)) if clean else None)
        for column, index in self.indexes(clean, keyring()).items():
            setattr(row, column, index)

    def indexes(self, value: str | None, ring: Keyring) -> dict[str, bytes | None]:
        """Every blind index of ``value`` under the key of ``ring``, by column; None for no value."""
        clean = self.normalise(value) if value else None
        found: dict[str, bytes | None] = {}
        if self.blind:
            found[f"{self.name}_blind"] = ring.fingerprint(clean, purpose=self.name) if clean else None
        if self.tail:
            tail = ring.fingerprint(clean[-self.tail :], purpose=f"{self.name}.tail") if clean else None
            found[f"{self.name}_tail_blind"] = tail
        return found

    def fingerprint(self, value: str) -> bytes:
        """The blind index of ``value``, for ``WHERE <name>_blind = …``."""
        return keyring().fingerprint(self.normalise(value), purpose=self.name)

    def tail_fingerprint(self, value: str) -> bytes:
        """The blind index of the last signs of ``value``, for ``WHERE <name>_tail_blind = …``."""
        return keyring().fingerprint(self.normalise(value)[-self.tail :], purpose=f"{self.name}.tail")
