"""Immutable columns on disk: one file per column, memory-mapped, and the documents as compressed JSON lines."""

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

FORMAT = 3
META = "meta"  # a checksum, then JSON
ANY_TEXT = ("utf-8", "surrogatepass")  # half of a pair, as a broken import leaves it, must not stop an index
Array = np.ndarray[Any, Any]


class Store:
    """Named arrays, small tables and documents. Nothing is changed after building, so any thread may read."""

    def __init__(self, arrays: dict[str, Array], tables: dict[str, Any]) -> None:
        self.arrays = arrays
        self.tables = tables

    def save(self, folder: Path, kind: str) -> None:
        """Writes a folder for the owner only; it appears whole or not at all. Raises FileExistsError."""
        if folder.exists():
            raise FileExistsError(folder)
        part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        for name, array in self.arrays.items():
            np.save(part / f"{name}.npy", array, allow_pickle=False)
        meta = {"format": FORMAT, "kind": kind, "arrays": _shapes(self.arrays), "tables": self.tables}
        told = json.dumps(meta, ensure_ascii=False).encode(*ANY_TEXT)
        (part / META).write_bytes(f"{zlib.crc32(told)}\n".encode() + told)
        part.rename(folder)

    @classmethod
    def load(cls, folder: Path, kind: str) -> "Store":
        """Maps a saved folder. Raises ValueError when it is damaged or holds another kind or format."""
        try:
            checksum, _, told = (folder / META).read_bytes().partition(b"\n")
            if int(checksum) != zlib.crc32(told):
                raise ValueError("its description is damaged")
            meta = json.loads(told)
            if (meta["format"], meta["kind"]) != (FORMAT, kind):
                raise ValueError(f"not of kind {kind}, format {FORMAT}")
            # The views are plain arrays on mapped memory: numpy's own class for maps costs time at every access.
            # A file shorter than its header says is refused here: reading beyond its end would end the process.
            arrays = {
                name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
                for name in meta["arrays"]
            }
            if _shapes(arrays) != meta["arrays"]:
                raise ValueError("a column is not the one that was saved")
            return cls(arrays, meta["tables"])
        except (ValueError, OSError, EOFError) as error:
            raise ValueError(f"{folder.name} is no index that can be used: {error}") from error


def read_artefact(path: Any) -> dict[str, Array]:
    """The arrays of an npz file; nothing in it can run. Raises FileNotFoundError, and ValueError when damaged."""
    try:
        with zipfile.ZipFile(path) as whole:
            names = [name.removesuffix(".npy") for name in whole.namelist()]
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in names}
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def _shapes(arrays: dict[str, Array]) -> dict[str, list[Any]]:
    return {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()}


def pack_documents(name: str, records: Iterable[Any]) -> dict[str, Array]:
    """JSON values as one byte array with offsets, under two names."""
    packed = [json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(*ANY_TEXT) for record in records]
    offsets = np.zeros(len(packed) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in packed], out=offsets[1:])
    return {name: np.frombuffer(b"".join(packed), dtype=np.uint8), f"{name}_end": offsets}


def unpack_document(store: Store, name: str, row: int) -> Any:
    """The value of one row."""
    start, end = store.arrays[f"{name}_end"][row : row + 2].tolist()
    return json.loads(store.arrays[name][start:end].tobytes())


def pack_texts(texts: Iterable[str]) -> dict[str, Array]:
    """Long texts, compressed; they are read one at a time and seldom."""
    packed = [zlib.compress(text.encode(*ANY_TEXT), 1) for text in texts]
    offsets = np.zeros(len(packed) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in packed], out=offsets[1:])
    return {"text": np.frombuffer(b"".join(packed), dtype=np.uint8), "text_end": offsets}


def unpack_text(store: Store, row: int) -> str:
    """The text of one row."""
    start, end = store.arrays["text_end"][row : row + 2].tolist()
    return zlib.decompress(store.arrays["text"][start:end].tobytes()).decode(*ANY_TEXT)


def pack_keys(keys: list[str]) -> Array:
    """Sorted unique keys as fixed-width bytes."""
    return np.array([key.encode(*ANY_TEXT) for key in keys], dtype=np.bytes_) if keys else np.zeros(0, dtype="S1")


def find_rows(keys: Array, wanted: Iterable[str]) -> Array:
    """Rows of those wanted keys that are present, in no particular order."""
    asked = np.array([key.encode(*ANY_TEXT) for key in wanted], dtype=np.bytes_)
    if not len(asked) or not len(keys):
        return np.zeros(0, dtype=np.int64)
    rows = np.searchsorted(keys, asked)
    rows = np.minimum(rows, len(keys) - 1)
    return np.asarray(rows[np.asarray(keys)[rows] == asked])


class Codes:
    """Numbers small sets of words, first those given, then others in the order they come."""

    def __init__(self, words: Iterable[Any] = ()) -> None:
        self.ids: dict[Any, int] = {word: place for place, word in enumerate(words)}

    def id(self, word: Any) -> int:
        return self.ids.setdefault(word, len(self.ids))

    def table(self) -> list[Any]:
        return list(self.ids)
