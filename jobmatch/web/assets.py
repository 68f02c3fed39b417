"""Static files: content hash in the address, cached for a year, compressed once per process."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, has_request_context, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.web.access import PUBLIC, access

FOLDER = Path(__file__).parent / "static"
blueprint = Blueprint("web", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file in memory."""

    body: bytes
    packed: bytes
    mimetype: str
    digest: str


@cache
def _assets() -> dict[str, Asset]:
    found = {}
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and path.suffix != ".txt":
            body = path.read_bytes()
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            digest = hashlib.sha256(body).hexdigest()[:12]
            found[path.relative_to(FOLDER).as_posix()] = Asset(body, gzip.compress(body, 9, mtime=0), kind, digest)
    return found


def static_url(name: str) -> str:
    """Address of a static file with its content hash. Raises ``KeyError`` for an unknown name."""
    return _address(name, request.script_root if has_request_context() else "")


@cache
def _address(name: str, root: str) -> str:
    """Kept, because a page names the file of icons at each of them; ``root`` is where the site is mounted."""
    return url_for("web.static", digest=_assets()[name].digest, name=name)


@blueprint.get("/static/<digest>/<path:name>")
@access(PUBLIC, slow=True)
def static(digest: str, name: str) -> Response:
    asset = _assets().get(name)
    if asset is None or asset.digest != digest:
        raise NotFound
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and len(asset.packed) < len(asset.body)
    answer = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
