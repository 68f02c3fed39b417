"""Answers that other programs fetch: with an ETag and a short life in caches, the same for every reader; Atom feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from flask import Response, request

from jobmatch.core.clock import utcnow

ATOM = "http://www.w3.org/2005/Atom"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
register_namespace("", ATOM)


def cached_answer(content: bytes | str, mimetype: str, *, seconds: int) -> Response:
    """An answer that anybody may keep for ``seconds``; 304 where the asker has it already."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.add_etag()
    # Programs of other sites may show what is public anyway (share pictures, feeds).
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer.make_conditional(request)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing that is new since ``at``; its address is its id."""

    title: str
    url: str
    at: datetime
    author: str
    summary: str


def atom_feed(title: str, here: str, page: str, entries: Sequence[FeedEntry]) -> bytes:
    """A feed; it says when its newest entry came, so that the same entries give the same bytes."""
    root = Element(f"{{{ATOM}}}feed")
    _add(root, "title", title)
    _add(root, "id", here)
    SubElement(root, f"{{{ATOM}}}link", rel="self", href=here, type="application/atom+xml")
    SubElement(root, f"{{{ATOM}}}link", rel="alternate", href=page, type="text/html")
    newest = max((entry.at for entry in entries), default=None)
    _add(root, "updated", _instant(newest or utcnow().replace(hour=0, minute=0, second=0, microsecond=0)))
    for one in entries:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, "title", one.title)
        _add(entry, "id", one.url)
        SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=one.url, type="text/html")
        _add(entry, "published", _instant(one.at))
        _add(entry, "updated", _instant(one.at))
        _add(SubElement(entry, f"{{{ATOM}}}author"), "name", one.author)
        _add(entry, "summary", one.summary)
    return XML_HEAD.encode() + tostring(root, encoding="utf-8")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _printable(text)


def _printable(text: str) -> str:
    """Without control characters, which no XML may hold."""
    return "".join(sign for sign in text if sign >= " ")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
