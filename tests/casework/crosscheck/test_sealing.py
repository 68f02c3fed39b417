"""The sealed file: the format as written down, opened here by a reader of its own."""

from __future__ import annotations

import hashlib
import hmac
import io
import struct
import zipfile
import zlib
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.casework.crosscheck.sealing import ALPHABET, new_password, sealed_zip
from jobmatch.core.clock import SHANGHAI

AT = datetime(2026, 11, 22, 14, 6, 8, tzinfo=SHANGHAI)


def opened(packed: bytes, password: str) -> bytes:
    """The content, after password check and tag; a block at a time, as the format describes it."""
    _sign, _version, _flags, method, _t, _d, crc, size, plain, name, extra = struct.unpack("<IHHHHHIIIHH", packed[:30])
    assert (method, crc) == (99, 0)
    body = packed[30 + name + extra : 30 + name + extra + size]
    salt, check, hidden, tag = body[:16], body[16:18], body[18:-10], body[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    if check != keys[64:]:
        raise ValueError("password")
    assert hmac.new(keys[32:64], hidden, "sha1").digest()[:10] == tag
    clear = b""
    for place in range(0, len(hidden), 16):
        encryptor = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()
        stream = encryptor.update((place // 16 + 1).to_bytes(16, "little"))
        clear += bytes(a ^ b for a, b in zip(hidden[place : place + 16], stream, strict=False))
    content = zlib.decompress(clear, -15)
    assert len(content) == plain
    return content


@given(content=st.binary(max_size=300))
@settings(max_examples=20, deadline=None)
def test_what_goes_in_comes_out_with_the_password_only(content: bytes) -> None:
    packed = sealed_zip("名单.xlsx", content, "abcd-efgh", at=AT)
    assert opened(packed, "abcd-efgh") == content
    with pytest.raises(ValueError, match="password"):
        opened(packed, "abcd-efgi")


def test_packers_see_one_encrypted_file_with_its_name_and_time() -> None:
    content = b"x" * 5000
    with zipfile.ZipFile(io.BytesIO(sealed_zip("名单.xlsx", content, "p", at=AT))) as archive:
        [info] = archive.infolist()
    assert (info.filename, info.compress_type, info.file_size, info.flag_bits & 1) == ("名单.xlsx", 99, 5000, 1)
    assert info.date_time == (2026, 11, 22, 14, 6, 8)
    assert info.extra == struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8)


def test_the_content_is_not_to_be_seen_and_never_twice_the_same() -> None:
    content = "测试甲 11010519491231002X".encode() * 50
    one, two = (sealed_zip("名单.xlsx", content, "p", at=AT) for _ in range(2))
    assert b"11010519" not in one
    assert one != two


def test_passwords_are_long_and_readable() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(word) == 24 and set(word) <= {*ALPHABET, "-"} for word in made)
