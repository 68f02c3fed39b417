"""Answers that other programs fetch: with an ETag and a short life in caches, the same for every reader."""

from __future__ import annotations

from flask import Response, request


def cached_answer(content: bytes | str, mimetype: str, *, seconds: int) -> Response:
    """An answer that anybody may keep for ``seconds``; 304 where the asker has it already."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.add_etag()
    # Programs of other sites may show what is public anyway (share pictures, feeds).
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer.make_conditional(request)  # type: ignore[return-value]
