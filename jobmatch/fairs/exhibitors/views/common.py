"""What several pages of the room load and do alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import flash, redirect, request

from jobmatch.core.errors import AppError, Conflict, Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.forms import FairPostingForm
from jobmatch.fairs.exhibitors.models import Exhibitor, FairInvitation, FairPosting
from jobmatch.fairs.exhibitors.policies import visible_exhibitors
from jobmatch.fairs.exhibitors.services import postings
from jobmatch.fairs.exhibitors.services.attending import coming_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import worked_fair
from jobmatch.web.edge import current_uow


def fair_exhibitor(public_id: str, exhibitor_id: str) -> tuple[JobFair, Exhibitor]:
    """A fair the staff member works for, and one of its exhibitors."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    return fair, uow.one(visible_exhibitors(uow.actor, queries.exhibitor_named(fair.id, exhibitor_id)))


def said_in(invitation: FairInvitation | None) -> dict[str, Any]:
    """What was answered to an invitation, as the form shows it; nothing before the first answer."""
    if invitation is None or invitation.replied_at is None:
        return {}
    return {"reply": invitation.reply.value, "note": invitation.note, **asdict(coming_of(invitation))}


def press(act: Callable[[], Any], done: Callable[[Any], str], to: str) -> Any:
    """One press of a button: what it did, or why not, stands on the page it leads back to."""
    uow = current_uow()
    try:
        with uow.session.begin_nested():
            found = act()
    except (Invalid, Conflict) as error:
        flash(first_words(error), "error")
    else:
        flash(done(found), "success")
    return redirect(to, 303)


def first_words(error: AppError) -> str:
    """What an error says: the words of its first field, or its own."""
    return next(iter(getattr(error, "fields", {}).values()), error.message)


def press_posting(fair: JobFair, exhibitor: Exhibitor, to: str) -> Any:
    """One change to the postings of an exhibitor: the button ``action`` says which, ``posting`` which one."""
    uow, action, public_id = current_uow(), request.form.get("action", ""), request.form.get("posting", "")
    if action == "add":
        return press(lambda: postings.add_posting(uow, fair, exhibitor, public_id), lambda _row: _("岗位加上了"), to)
    rows = uow.session.scalars(queries.fair_postings_of([exhibitor.id]).where(FairPosting.public_id == public_id))
    row = rows.one_or_none()
    if row is None or action not in {"change", "withdraw", "return"}:
        raise NotFound
    if action == "change":
        form = FairPostingForm.submitted()
        if not form.validate():
            flash(next(iter(words for field in form for words in field.errors)), "error")
            return redirect(to, 303)
        return press(
            lambda: postings.change_posting(
                uow, fair, exhibitor, row, vacancies=form.vacancies.data, words=form.words.data or ""
            ),
            lambda _row: _("已改，前后都有记录"),
            to,
        )
    act = postings.withdraw_posting if action == "withdraw" else postings.return_posting
    words = _("岗位撤下了") if action == "withdraw" else _("岗位恢复了")
    return press(lambda: act(uow, fair, exhibitor, row), lambda _row: words, to)
