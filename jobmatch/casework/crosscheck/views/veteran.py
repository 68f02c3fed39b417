"""What the register says about the reader, and the question whether it is still so."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from sqlalchemy import select

from jobmatch.casework.crosscheck import queries
from jobmatch.casework.crosscheck.forms import StillThereForm, WrongForm
from jobmatch.casework.crosscheck.models import EmploymentCheck
from jobmatch.casework.crosscheck.services import checks
from jobmatch.casework.crosscheck.states import CheckAnswer
from jobmatch.casework.crosscheck.views.blueprint import blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.register import register_lines
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


def _own() -> Person:
    """The reader's own file. Raises ``NotFound`` for somebody who has none yet."""
    uow = current_uow()
    found: Person = uow.one(visible_people(uow.actor, select(Person)))
    return found


@blueprint.get("/me/employment")
@access("person.own")
def mine() -> Response:
    uow, person = current_uow(), _own()
    waiting = uow.rows(queries.open_checks(uow.actor))
    return page("crosscheck/mine.html", lines=register_lines(uow, person), person=person, waiting=waiting)


@blueprint.route("/me/employment/checks/<public_id>", methods=["GET", "POST"])
@access("person.own")
def my_check(public_id: str) -> Any:
    """One question, three choices, one press."""
    uow = current_uow()
    check, spell, person = uow.one(queries.checks(uow.actor).where(EmploymentCheck.public_id == public_id))
    form = StillThereForm.submitted(reasons=choices(uow.session, Reason, kind=ReasonKind.LEAVING))
    answer = CheckAnswer(form.answer.data) if form.answer.data in set(CheckAnswer) else CheckAnswer.STAYED
    said = {"left_on": form.left_on.data, "reason_code": form.reason_code.data or ""}
    done = form.act(lambda: checks.answer_check(uow, check, spell, person, answer=answer, **said))
    if done is None:
        return page("crosscheck/my_check.html", form=form, check=check, spell=spell)
    if done.answer is CheckAnswer.STAYED:
        flash(_("记下了，谢谢"), "success")
    else:
        flash(_("记下了。服务站会联系您，帮您更新现在的情况"), "success")
    return redirect(url_for("crosscheck.mine"), 303)


@blueprint.post("/me/employment/<spell_id>/confirm")
@access("person.own")
def confirm_mine(spell_id: str) -> Any:
    """The line is still so."""
    uow, person = current_uow(), _own()
    spell = uow.one(
        select(EmploymentSpell).where(EmploymentSpell.public_id == spell_id, EmploymentSpell.person_id == person.id)
    )
    checks.confirm_own(uow, person, spell)
    flash(_("记下了，谢谢"), "success")
    return redirect(url_for("crosscheck.mine"), 303)


@blueprint.route("/me/employment/wrong", methods=["GET", "POST"])
@access("person.own")
def wrong() -> Any:
    """Tell the station that something is not right."""
    uow, person = current_uow(), _own()
    form = WrongForm.submitted()

    def act() -> bool:
        checks.report_wrong(uow, person, words=form.words.data or "")
        return True

    if not form.act(act):
        return page("crosscheck/wrong.html", form=form)
    flash(_("已告诉服务站，工作人员会联系您更正"), "success")
    return redirect(url_for("crosscheck.mine"), 303)
