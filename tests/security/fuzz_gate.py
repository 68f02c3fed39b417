"""Feeds the gate of uploads what a fuzzer invents, from whole files on: ``python fuzz_gate.py -max_total_time=600``.

Run by ``make security`` in the environment of the scanners, since atheris is none of ours. The gate stands before the
parsers of DOCX and XLSX, PDF, and pictures; it may refuse, and do nothing else.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["jobmatch.core.uploads", "zipfile"]):
    from jobmatch.core.errors import Invalid
    from jobmatch.core.uploads import Kind, check_upload

KINDS = (Kind.DOCX, Kind.XLSX, Kind.PDF, Kind.PNG, Kind.JPEG, Kind.DOC)


def feed(data: bytes) -> None:
    """The first byte chooses the kind."""
    if data:
        kind = KINDS[data[0] % len(KINDS)]
        with contextlib.suppress(Invalid):
            check_upload(f"a.{kind.value}", data[1:], [kind])


def seeds(folder: Path) -> None:
    """One small whole file of each kind, so that the fuzzer begins behind the first check."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"):
            archive.writestr(name, "<?xml version='1.0'?><a r='A1'/>")
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x02\x00\x00\x00"
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x02\x00\x03\x00\x01\x01\x11\x00"
    pdf = b"%PDF-1.7\n1 0 obj << /OpenAction 2 0 R >> endobj\n2 0 obj [1 0 R /Fit] endobj\n%%EOF\n"
    whole = (packed.getvalue(), packed.getvalue(), pdf, png, jpeg, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64))
    for number, content in enumerate(whole):
        (folder / str(number)).write_bytes(bytes([number]) + content)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        seeds(Path(corpus))
        atheris.Setup([*sys.argv, corpus], feed)
        atheris.Fuzz()
