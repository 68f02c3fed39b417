"""A zip with one file under a password that every usual packer opens (WinZip AE-2, AES-256).

Format: APPNOTE.TXT of PKWARE and "AES Encryption Information" of WinZip. The key comes from only 1,000 rounds of
PBKDF2-HMAC-SHA1, so the strength is that of the password: use ``new_password``, never one that a person made up.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import struct
import zlib
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_ROUNDS, _KEY, _SALT, _TAG = 1000, 32, 16, 10
_METHOD_AES, _DEFLATED, _AE2, _AES_256 = 99, 8, 2, 3
_FLAGS = 0x0001 | 0x0800
"""Encrypted, and the name is UTF-8."""


def new_password() -> str:
    """Five groups of four signs that can be read out on the phone: 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(5))


def _keystream(key: bytes, length: int) -> bytes:
    """AES in counter mode with the counter of the format: little-endian, beginning at 1."""
    blocks = -(-length // 16)
    counters = b"".join(n.to_bytes(16, "little") for n in range(1, blocks + 1))
    # The format's counter runs the other way than the library's counter mode, so the stream is made block by block;
    # every block is encrypted once, so this is counter mode and shows no pattern.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    return encryptor.update(counters) + encryptor.finalize()


def _xor(data: bytes, stream: bytes) -> bytes:
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream[: len(data)], "big")).to_bytes(len(data), "big")


def sealed_zip(name: str, content: bytes, password: str, *, at: datetime) -> bytes:
    """A zip that holds ``content`` as ``name`` and opens with ``password`` only."""
    salt = os.urandom(_SALT)
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, _ROUNDS, 2 * _KEY + 2)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    hidden = _xor(packed, _keystream(keys[:_KEY], len(packed)))
    tag = hmac.digest(keys[_KEY : 2 * _KEY], hidden, "sha1")[:_TAG]
    body = salt + keys[2 * _KEY :] + hidden + tag

    encoded = name.encode()
    extra = struct.pack("<HHH2sBH", 0x9901, 7, _AE2, b"AE", _AES_256, _DEFLATED)
    stamp = (at.hour << 11 | at.minute << 5 | at.second // 2, (at.year - 1980) << 9 | at.month << 5 | at.day)
    shared = struct.pack(
        "<HHHHHIIIHH", 51, _FLAGS, _METHOD_AES, *stamp, 0, len(body), len(content), len(encoded), len(extra)
    )
    local = struct.pack("<I", 0x04034B50) + shared + encoded + extra + body
    central = struct.pack("<IH", 0x02014B50, 51) + shared + struct.pack("<HHHII", 0, 0, 0, 0, 0) + encoded + extra
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end
