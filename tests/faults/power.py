"""A disk that keeps only what was synced: SQLite's files behind a shim, and what is left of them after a power cut.

Between two syncs a disk may keep any part of what was written, in any order; a cut keeps a random part of it. The file
of shared memory is not on the disk at all: SQLite makes it anew from its log.
"""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class Disk:
    """What would survive, by name of file: bytes that were synced, and writes since then."""

    def __init__(self) -> None:
        self.kept: dict[str, bytearray] = defaultdict(bytearray)
        self.pending: dict[str, list[tuple[int, bytes | None]]] = defaultdict(list)

    def write(self, name: str, offset: int, data: bytes) -> None:
        for start in range(0, len(data), SECTOR):
            self.pending[name].append((offset + start, data[start : start + SECTOR]))

    def cut_to(self, name: str, size: int) -> None:
        self.pending[name].append((size, None))

    def sync(self, name: str) -> None:
        for offset, data in self.pending.pop(name, []):
            _apply(self.kept[name], offset, data)

    def remove(self, name: str) -> None:
        self.kept.pop(name, None)
        self.pending.pop(name, None)

    def after_a_cut(self, folder: Path, draw: random.Random) -> None:
        """Write into ``folder`` what a cut leaves: all that was synced, and of the rest what chance wills."""
        for name in {*self.kept, *self.pending}:
            content = bytearray(self.kept.get(name, b""))
            share = draw.choice((0.0, 0.5, 1.0))
            for offset, data in self.pending.get(name, []):
                if draw.random() < share:
                    _apply(content, offset, data)
            (folder / Path(name).name).write_bytes(content)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, parent: str, name: Any, flags: list[int]) -> None:
        super().__init__(parent, name, flags)
        self.disk = disk
        self.name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self.disk.write(self.name, offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self.disk.cut_to(self.name, size)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self.disk.sync(self.name)


class Shim(apsw.VFS):
    """A virtual file system of this process whose files tell ``disk`` what happens to them."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk, self.parent = disk, ""
        super().__init__(name, self.parent)

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        return _File(self.disk, self.parent, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:
        super().xDelete(name, syncdir)
        self.disk.remove(name)
