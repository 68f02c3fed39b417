"""The office's work with the employment register of one person: lines, confirmations, corrections, ends."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from sqlalchemy import select

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.people.forms import ConfirmSpellForm, CorrectSpellForm, EndSpellForm, SpellForm
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries import choices
from jobmatch.people.queries.register import register_lines
from jobmatch.people.services import confirmations, register
from jobmatch.people.services.register import WorkTerms
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.staff import staff_file
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


def _spell(person: Person, spell_id: str) -> EmploymentSpell:
    found: EmploymentSpell = current_uow().one(
        select(EmploymentSpell).where(EmploymentSpell.public_id == spell_id, EmploymentSpell.person_id == person.id)
    )
    return found


def _facts(form: Any) -> dict[str, Any]:
    """What the form says about a line, as the services take it."""
    county = choices.place_code(current_uow(), form.county_place.data or "") or ""
    return {
        "status_code": form.status_code.data or "",
        "started_on": form.started_on.data,
        "ended_on": form.ended_on.data,
        "employer_name": form.employer_name.data or "",
        "title": form.title.data or "",
        "evidence": form.evidence.data,
        "evidence_on": form.evidence_on.data,
        "note": form.note.data or "",
        "terms": WorkTerms(
            contract=form.contract.data,
            contract_until=form.contract_until.data,
            insurance=form.insurance.data,
            pay_band=form.pay_band.data,
            county_code=county[:6] if county.isdecimal() else county or None,
            channel=form.channel.data,
        ),
    }


def _back(person: Person) -> Any:
    return redirect(url_for("people.staff_register", public_id=person.public_id), 303)


@blueprint.route("/staff/people/<public_id>/register", methods=["GET", "POST"])
@access("register.write")
def staff_register(public_id: str) -> Any:
    """The whole register of a person, and a new line."""
    uow, person = current_uow(), staff_file(public_id)
    form = SpellForm.submitted()
    form.status_code.show(choices.register_states(uow))
    if form.act(lambda: register.add_spell(uow, person, **_facts(form))) is None:
        return page("people/staff_register.html", form=form, person=person, lines=register_lines(uow, person))
    flash(_("台账已登记"), "success")
    return _back(person)


@blueprint.route("/staff/people/<public_id>/register/<spell_id>/confirm", methods=["GET", "POST"])
@access("register.write")
def staff_spell_confirm(public_id: str, spell_id: str) -> Any:
    """Write down who said that a line is so, how and when."""
    uow, person = current_uow(), staff_file(public_id)
    spell = _spell(person, spell_id)
    form = ConfirmSpellForm.submitted()
    done = form.act(
        lambda: confirmations.confirm_spell(
            uow,
            person,
            spell,
            evidence=EvidenceKind(form.evidence.data),
            way=ConfirmationWay(form.way.data),
            said_by=form.said_by.data or "",
            confirmed_on=form.confirmed_on.data,
            note=form.note.data or "",
        )
    )
    if done is None:
        return page("people/staff_spell_confirm.html", form=form, person=person, spell=spell)
    flash(_("已核实，有效到 %(day)s", day=day_words(done.valid_until)), "success")
    return _back(person)


@blueprint.route("/staff/people/<public_id>/register/<spell_id>/correct", methods=["GET", "POST"])
@access("register.write")
def staff_spell_correct(public_id: str, spell_id: str) -> Any:
    """Write a line that takes the place of a wrong one."""
    uow, person = current_uow(), staff_file(public_id)
    spell = _spell(person, spell_id)
    known = {name: getattr(spell, name) for name in SHOWN}
    form = CorrectSpellForm.submitted(data=known | {"county_place": choices.place_name(uow, spell.county_code)})
    form.status_code.show(choices.register_states(uow))
    form.occupation_code.show(choices.work_occupations(uow, spell.occupation_code, form.title.data or ""))
    done = form.act(
        lambda: register.correct_spell(
            uow,
            person,
            spell,
            reason=form.reason.data or "",
            version=form.version.data,
            occupation_code=form.occupation_code.data,
            **_facts(form),
        )
    )
    if done is None:
        return page("people/staff_spell_correct.html", form=form, person=person, spell=spell)
    flash(_("已更正，原来那一条留着，不再计入统计"), "success")
    return _back(person)


SHOWN = (
    *("version", "status_code", "started_on", "ended_on", "employer_name", "title", "occupation_code", "note"),
    *("contract", "contract_until", "insurance", "pay_band", "channel"),
)
"""What the form of a correction shows of the line it corrects; evidence is given anew."""


@blueprint.route("/staff/people/<public_id>/register/<spell_id>/end", methods=["GET", "POST"])
@access("register.write")
def staff_spell_end(public_id: str, spell_id: str) -> Any:
    """Close the open line of the register."""
    uow, person = current_uow(), staff_file(public_id)
    spell = _spell(person, spell_id)
    form = EndSpellForm.submitted(data={"version": spell.version, "ended_on": uow.today})
    done = form.act(
        lambda: register.end_spell(uow, person, spell, ended_on=form.ended_on.data, version=form.version.data)
    )
    if done is None:
        return page("people/staff_spell_end.html", form=form, person=person, spell=spell)
    flash(_("已结束这一条"), "success")
    return _back(person)
