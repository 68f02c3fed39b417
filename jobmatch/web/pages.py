"""Helpers of views: render a page or its fragment, run a service on a form, page through a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Response, g, make_response, render_template, request
from sqlalchemy import Select, Subquery, func, literal, select
from wtforms import Form

from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext
from jobmatch.core.uow import UnitOfWork

T = TypeVar("T")


class PageForm(Form):
    """Base of all forms: shape and format only; ``act`` adds what a service says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            # Labels are written once for the class, so they are put into the reader's language here.
            field.label.text = gettext(field.label.text)
            field.description = gettext(field.description) if field.description else ""

    @classmethod
    def submitted(cls, **kwargs: Any) -> Any:
        """The form filled from the request: from its body on POST, from ``kwargs`` (``obj``, ``data``) otherwise."""
        return cls(request.form if request.method == "POST" else None, **kwargs)

    def act(self, service: Callable[[], T]) -> T | None:
        """Run ``service`` where this is a valid POST; None otherwise. What it finds ``Invalid`` lands on the fields.

        The service runs in a savepoint, so a refused one leaves nothing half-saved for the page that follows; slow
        views have no unit here, and open their own inside ``service``.
        """
        if request.method != "POST" or not self.validate():
            return None
        try:
            with g.uow.session.begin_nested() if "uow" in g else nullcontext():
                return service()
        except Invalid as error:
            self.add_errors(error)
            return None
        except Conflict as error:
            if not self.show_stored(error):
                raise
            return None

    def show_stored(self, error: Conflict) -> bool:
        """Whether the form can show what is stored now beside what was typed; a form of a stored row does."""
        return False

    def act_or_say(self, service: Callable[[], T]) -> T | None:
        """As ``act``; what clashes with the present state is said at the head of the form, and what was typed stays."""
        try:
            return self.act(service)
        except Conflict as error:
            self.form_errors.append(error.message)
            return None

    def add_errors(self, error: Invalid) -> None:
        """Put the words of ``error`` beside the fields they speak of, or at the head of the form."""
        for name, message in error.fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, message]
            else:
                self.form_errors.append(message)
        if not error.fields:
            self.form_errors.append(error.message)

    is_stale = False
    """Whether somebody saved the row in between: the answer is 409, with both values."""

    @property
    def has_errors(self) -> bool:
        return bool(self.form_errors or any(field.errors for field in self))


def page(template: str, *, fragment: str = "", form: PageForm | None = None, **context: Any) -> Response:
    """Render ``template``, or ``fragment`` for htmx; 422 where ``form`` has errors, 409 where it is stale."""
    name = fragment if fragment and request.headers.get("HX-Request") == "true" else template
    answer = make_response(render_template(name, form=form, **context))
    if form is not None and request.method == "POST" and form.has_errors:
        answer.status_code = 409 if form.is_stale else 422
    return answer


def download(content: bytes, name: str, mimetype: str) -> Response:
    """A file to keep, under ``name`` (Chinese stays Chinese); nothing caches it and no browser runs it."""
    answer = Response(content, mimetype=mimetype)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "_" for c in name)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@dataclass(frozen=True, slots=True)
class Paged:
    """One page of a list: ``rows``, the ``total`` count, and where we are (1-based).

    ``has_more``: there are more than ``total``, which nobody counted.
    """

    rows: list[Any]
    total: int
    number: int
    size: int
    has_more: bool = False

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)


def page_number(name: str = "page") -> int:
    """The page asked for; anything that is not a sensible number is 1."""
    text = request.args.get(name, "1")
    return min(max(int(text), 1), 100_000) if text.isdecimal() and len(text) < 7 else 1


def paged(uow: UnitOfWork, query: Select[*tuple[Any, ...]], *, size: int = 20, most: int | None = None) -> Paged:
    """Read one page of a ``Select`` that a policy returned: at most two statements, whatever the number of rows.

    ``most`` rows are counted and can be paged through, for lists so long that nobody reads them to the end.
    """
    counting = (
        select(func.count()).select_from(_counted(query, most)).execution_options(**query.get_execution_options())
    )
    total = int(uow.one(counting))
    has_more = most is not None and total > most
    total = min(total, most) if most is not None else total
    number = min(page_number(), max(1, -(-total // size)))
    # Where nothing was counted there is nothing to look for: that would go through everything once more.
    rows = list(uow.rows(query.limit(size).offset((number - 1) * size))) if total else []
    return Paged(rows, total, number, size, has_more)


def _counted(query: Select[*tuple[Any, ...]], most: int | None) -> Subquery:
    """The rows to count; with a limit they are read up to it, so they carry nothing that would have to be fetched."""
    plain = query.order_by(None)
    if most is None:
        return plain.subquery()
    return plain.with_only_columns(literal(1).label("one"), maintain_column_froms=True).limit(most + 1).subquery()


def local_path(target: str | None) -> str:
    """``target`` if it is a path of this site, else an empty text: no redirect leaves the house.

    Control characters are refused because browsers and the URL parser drop them: ``/<tab>/host`` would become
    ``//host``.
    """
    is_ours = bool(target) and re.fullmatch(r"/(?![/\\])[^\x00-\x1f\x7f\\]*", target or "") is not None
    return target or "" if is_ours else ""
