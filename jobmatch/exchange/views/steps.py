"""Steps that every table takes alike once it was handed in: confirm, drop, take back, and the rows to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.people_files import notes_workbook
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.formats import number
from jobmatch.web.pages import download, page


@dataclass(frozen=True, slots=True)
class Steps:
    """What one kind of import says and does in its steps; the endpoints are ``prefix`` with the name of the step.

    ``find`` gives the batch of a public id where the actor may see it, ``one`` and ``many`` are the endpoints of its
    page and of the list; ``undo_words`` tell what taking back does, with ``%(n)s`` for what was stored.
    """

    prefix: str
    base: str
    permission: str
    find: Callable[[UnitOfWork, str], Any]
    one: str
    many: str
    confirm: Callable[[UnitOfWork, Any], Any]
    drop: Callable[[UnitOfWork, Any], Any]
    undo: Callable[[UnitOfWork, Any], Any]
    notes: Callable[[UnitOfWork, Any], Iterable[Any]]
    notes_title: str
    dropped_words: str
    undo_words: str


def add_steps(blueprint: Blueprint, steps: Steps) -> None:
    """Put the views of the steps on ``blueprint``."""

    def to(batch: Any) -> Any:
        return redirect(url_for(steps.one, public_id=batch.public_id), 303)

    @access(steps.permission)
    def confirm(public_id: str) -> Any:
        """Store what the check found good."""
        uow = current_uow()
        batch = steps.find(uow, public_id)
        steps.confirm(uow, batch)
        return to(batch)

    @access(steps.permission)
    def drop(public_id: str) -> Any:
        """Forget a table that was not imported."""
        uow = current_uow()
        steps.drop(uow, steps.find(uow, public_id))
        flash(_(steps.dropped_words), "success")
        return redirect(url_for(steps.many), 303)

    @access(steps.permission)
    def undo(public_id: str) -> Any:
        """Ask once more, then take the import back."""
        uow = current_uow()
        batch, form = steps.find(uow, public_id), EmptyForm.submitted()
        if form.act_or_say(lambda: steps.undo(uow, batch)) is not None:
            return to(batch)
        words = _(steps.undo_words, n=number(batch.stored_count))
        back = url_for(steps.one, public_id=public_id)
        return page("exchange/undo.html", form=form, batch=batch, words=words, back=back)

    @access(steps.permission, slow=True)
    def notes(public_id: str) -> Response:
        """All rows that somebody has to look at, as a workbook."""
        with current_runtime().unit(g.actor, writing=False) as uow:
            rows = list(steps.notes(uow, steps.find(uow, public_id)))
        title = _(steps.notes_title)
        return download(notes_workbook(rows, title), f"{title}.xlsx", XLSX)

    for name, view, methods in (
        ("confirm", confirm, ["POST"]),
        ("drop", drop, ["POST"]),
        ("undo", undo, ["GET", "POST"]),
        ("notes", notes, ["GET"]),
    ):
        tail = "notes.xlsx" if name == "notes" else name
        rule = f"{steps.base}/<public_id>/{tail}"
        blueprint.add_url_rule(rule, f"{steps.prefix}{name}", view, methods=methods)
