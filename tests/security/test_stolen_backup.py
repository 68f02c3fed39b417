"""A thief of the disk, or of a copy, finds no number, phone or sealed word, and no hash that says one (G23)."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from jobmatch.core.backup import make_backup
from jobmatch.core.crypto import keyring
from jobmatch.core.runtime import Runtime
from jobmatch.privacy.services.keys import sample_sealed
from tests.house.town import ID_NUMBER, PHONE, SYSTEM, Town

IN_CLEAR = "测试近人"
"""Names stay searchable (R13): the control, which every look has to find."""


def forms(word: str) -> set[bytes]:
    """What a word may look like in a file: as text, escaped, and as an unkeyed hash of three kinds."""
    plain = word.encode()
    found = {plain, word.encode("utf-16-le"), word.encode("utf-16-be"), json.dumps(word)[1:-1].encode()}
    for kind in ("md5", "sha1", "sha256"):
        digest = hashlib.new(kind, plain).digest()
        found |= {digest, digest.hex().encode(), base64.b64encode(digest).rstrip(b"=")}
    return found


def told(folder: Path, words: set[str]) -> set[str]:
    """Which words some file below the folder gives away."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert files
    return {word for word in words if any(form in content for form in forms(word) for content in files)}


def sealed_words(runtime: Runtime) -> set[str]:
    """What the seals of the town hold, opened; structures such as ``{}`` say nothing of anybody."""
    with runtime.unit(SYSTEM, writing=False) as uow:
        opened = {keyring().open(sealed, place=place) for place, sealed in sample_sealed(uow, 100_000)}
    return {word for word in opened if len(word) >= 8 and not word.startswith(("{", "["))} | {PHONE, ID_NUMBER}


def test_neither_the_disk_nor_a_copy_tells_what_is_sealed(sqlite_runtime: Runtime, town: Town) -> None:
    words = sealed_words(sqlite_runtime)
    assert len(words) > 20
    data = sqlite_runtime.settings.data_dir
    assert told(data, words | {IN_CLEAR}) == {IN_CLEAR}
    made = make_backup(sqlite_runtime.settings, data.with_name("copies"))
    assert told(made.path, words | {IN_CLEAR}) == {IN_CLEAR}


def test_a_hash_without_a_key_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"x" + hashlib.sha256(PHONE.encode()).digest())
    (tmp_path / "none").write_bytes(hashlib.sha256(b"another").digest())
    assert told(tmp_path, {PHONE, ID_NUMBER}) == {PHONE}
