"""Reads the forms of a page: where each leads and what it would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

OURS = {"csrf_token", "form_key"}


@dataclass
class PageForm:
    """One form: its path, its method, and the pairs it sends as it stands."""

    action: str
    method: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select = ""
        self.first = ""
        self.text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(got.get("action") or self.path).path
            self.form = PageForm(action, got.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form is None:
            return
        name = got.get("name", "")
        if name and tag in {"input", "select", "textarea", "button"}:
            self.form.names.add(name)
        if tag == "input" and name:
            ticked = got.get("type") not in {"checkbox", "radio"} or "checked" in got
            known = {one for one, _value in self.form.pairs}
            if ticked or (got.get("type") == "radio" and name not in known):
                self.form.pairs.append((name, got.get("value", "on" if got.get("type") == "checkbox" else "")))
        elif tag == "select":
            self.select, self.first = name, ""
        elif tag == "option" and self.select and got.get("value"):
            if not self.first or "selected" in got:
                self.first = got["value"]
        elif tag == "textarea":
            self.select, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if self.form is None:
            return
        if tag == "select":
            self.form.pairs.append((self.select, self.first))
            self.select = ""
        elif tag == "textarea":
            self.form.pairs.append((self.select, (self.text or "").strip()))
            self.select, self.text = "", None
        elif tag == "form":
            self.form = None


def forms_of(html: str, path: str) -> list[PageForm]:
    """The forms of a page that was read at ``path``, without one-time keys."""
    reader = _Reader(path)
    reader.feed(html)
    for form in reader.forms:
        form.pairs = [(name, value) for name, value in form.pairs if name and name not in OURS]
        form.names -= OURS
    return reader.forms
