"""The questions of the résumé: service, education, skills, papers, civil work, intention."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.cards import SKILL_LEVELS
from jobmatch.people.forms import (
    EducationForm,
    IntentionForm,
    LevelsForm,
    PapersForm,
    ServiceForm,
    SkillsForm,
    SpecialtiesForm,
    WorkForm,
)
from jobmatch.people.models.person import Person, WorkHistory
from jobmatch.people.queries import choices
from jobmatch.people.services import resume
from jobmatch.people.services.service_rules import ServiceFacts
from jobmatch.people.views.blueprint import blueprint
from jobmatch.people.views.common import asks_to_find, go_on, own_file, question
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm


def _asked(name: str) -> list[str]:
    return [code[:20] for code in request.args.getlist(name)][:60]


@blueprint.route("/me/service/work", methods=["GET", "POST"])
@access("person.own")
def specialties() -> Any:
    """What somebody did in the forces, answered at once with what it is called in civil life."""
    uow, person = current_uow(), own_file()
    held = {line.specialty_code: line.years for line in person.service.specialties} if person.service else {}
    form = SpecialtiesForm.submitted(data={"specialties": held, "version": person.version})
    if not asks_to_find():
        done = form.act(
            lambda: resume.save_specialties(uow, person, years=form.specialties.numbers, version=form.version.data)
        )
        if done:
            return redirect(url_for("people.service"), 303)
    chosen = form.specialties.data or []
    return question(
        "people/specialties.html",
        form,
        person,
        "service",
        groups=choices.specialty_groups(uow, form.words.data or "", chosen),
        lines=choices.civil_lines(uow, chosen),
        years=form.specialties.numbers,
    )


@blueprint.get("/me/service/civil")
@access("person.own")
def civil() -> Response:
    """The table from forces to civil work for what is ticked now."""
    chosen = _asked("specialties")
    years = {code: request.args.get(f"specialties-{code}", "")[:4] for code in chosen}
    return Response(
        render_template("people/_civil.html", lines=choices.civil_lines(current_uow(), chosen), years=years),
        mimetype="text/html",
    )


@blueprint.get("/me/find/<what>")
@access("person.own")
def find(what: str) -> Response:
    """Chips of specialties, skills or certificates that fit the typed words, with what is ticked now."""
    groups = {
        "specialties": choices.specialty_groups,
        "skills": choices.skill_groups,
        "certificates": choices.paper_groups,
    }.get(what, choices.skill_groups)
    chosen, words = _asked(what), request.args.get("words", "")[:30]
    found = groups(current_uow(), words, chosen)
    return Response(
        render_template("people/_groups.html", name=what, groups=found, chosen=chosen, words=words),
        mimetype="text/html",
    )


@blueprint.route("/me/service", methods=["GET", "POST"])
@access("person.own")
def service() -> Any:
    person = own_file()
    form = ServiceForm.submitted(data=service_data(person))
    show_service(form)
    if form.act(lambda: save_service(person, form)):
        return go_on(person, "service")
    return question("people/service.html", form, person, "service")


def service_data(person: Person) -> dict[str, Any]:
    """The stored service as the form shows it."""
    record = person.service
    if record is None:
        return {"version": person.version}
    return {
        "branch_code": record.branch_code,
        "rank_code": record.rank_code,
        "resettlement_code": record.resettlement_code,
        "enlisted_on": record.enlisted_on,
        "discharged_on": record.discharged_on,
        "leadership": str(record.leadership),
        "posts_held": record.posts_held,
        "honours": record.honours,
        "honour_codes": record.honour_codes,
        "discharge_season": record.discharge_season.value if record.discharge_season else None,
        "military_skill": record.military_skill,
        "military_skill_level": record.military_skill_level,
        "card_tail": record.card_tail,
        "was_in_combat": _flag(record.was_in_combat),
        "was_in_hardship": _flag(record.was_in_hardship),
        "version": person.version,
    }


def _flag(value: bool | None) -> str:
    return "" if value is None else str(int(value))


def _said(value: str | None) -> bool | None:
    return {"1": True, "0": False}.get(value or "")


def show_service(form: Any) -> None:
    """Offer the code tables of the service as they were on the day of discharge."""
    uow, day = current_uow(), form.discharged_on.data
    form.branch_code.show(choices.branches(uow))
    form.rank_code.show_groups(choices.rank_groups(uow, day, form.rank_code.data))
    form.resettlement_code.show(choices.resettlement_methods(uow, day, form.resettlement_code.data), empty=N_("不清楚"))


def save_service(person: Person, form: Any) -> Any:
    """Hand a form of the service to its service."""
    return resume.save_service_record(
        current_uow(),
        person,
        branch_code=form.branch_code.data,
        rank_code=form.rank_code.data,
        resettlement_code=form.resettlement_code.data,
        enlisted_on=form.enlisted_on.data,
        discharged_on=form.discharged_on.data,
        leadership=int(form.leadership.data or 0),
        posts_held=form.posts_held.data or "",
        honours=form.honours.data or "",
        more=ServiceFacts(
            honour_codes=form.honour_codes.data or [],
            discharge_season=form.discharge_season.data,
            military_skill=form.military_skill.data or "",
            military_skill_level=form.military_skill_level.data,
            card_tail=form.card_tail.data or "",
            was_in_combat=_said(form.was_in_combat.data),
            was_in_hardship=_said(form.was_in_hardship.data),
        ),
        accept_masked=form.accept_masked.data,
        version=form.version.data,
    )


@blueprint.route("/me/education", methods=["GET", "POST"])
@access("person.own")
def education() -> Any:
    uow, person = current_uow(), own_file()
    form = EducationForm.submitted(
        data={
            "education_code": person.education_code,
            "major": person.major,
            "school": person.school,
            "version": person.version,
        }
    )
    form.education_code.choices = choices.educations(uow, person.education_code)
    done = form.act(
        lambda: resume.save_education(
            uow,
            person,
            education_code=form.education_code.data,
            major=form.major.data or "",
            school=form.school.data or "",
            version=form.version.data,
        )
    )
    return go_on(person, "education") if done else question("people/education.html", form, person, "education")


@blueprint.route("/me/skills", methods=["GET", "POST"])
@access("person.own")
def skills() -> Any:
    """What somebody can do; levels that were stored stay and are asked on the next page."""
    uow, person = current_uow(), own_file()
    levels = {row.skill_code: row.level for row in person.skills}
    form = SkillsForm.submitted(data={"skills": list(levels), "version": person.version})
    if not asks_to_find():
        wanted = {code: levels.get(code, 0) for code in form.skills.data or []}
        if form.act(lambda: resume.save_skills(uow, person, levels=wanted, version=form.version.data)):
            return redirect(url_for("people.levels" if wanted else "people.papers"), 303)
    chosen = form.skills.data or []
    groups = choices.skill_groups(uow, form.words.data or "", chosen)
    return question("people/skills.html", form, person, "skills", groups=groups)


@blueprint.route("/me/skills/levels", methods=["GET", "POST"])
@access("person.own")
def levels() -> Any:
    uow, person = current_uow(), own_file()
    stored = {row.skill_code: row.level for row in person.skills}
    form = LevelsForm.submitted(data={"levels": stored, "version": person.version})
    numbers = {code: int(form.levels.numbers.get(code, level)) for code, level in stored.items()}
    if form.act(lambda: resume.save_skills(uow, person, levels=numbers, version=form.version.data)):
        return redirect(url_for("people.papers"), 303)
    lines = choices.skill_lines(uow, numbers)
    return question("people/levels.html", form, person, "skills", lines=lines, level_names=SKILL_LEVELS)


@blueprint.route("/me/papers", methods=["GET", "POST"])
@access("person.own")
def papers() -> Any:
    """Driving licences and certificates, saved together."""
    uow, person = current_uow(), own_file()
    form = PapersForm.submitted(
        data={
            "licences": [row.licence_code for row in person.licences],
            "certificates": [row.certificate_code for row in person.certificates],
            "version": person.version,
        }
    )
    form.licences.show(choices.licences(uow))
    # Read before the save: a refused one rolls back, and what the person holds would have to be loaded again.
    held = [(row.certificate_code, choices.certificate_name(uow, row.certificate_code)) for row in person.certificates]
    if not asks_to_find():
        done = form.act(
            lambda: resume.save_papers(
                uow,
                person,
                licences=form.licences.data or [],
                certificates=form.certificates.data or [],
                version=form.version.data,
            )
        )
        if done:
            return go_on(person, "skills")
    chosen = form.certificates.data or []
    groups = choices.paper_groups(uow, form.words.data or "", chosen)
    return question("people/papers.html", form, person, "skills", groups=groups, held=held)


@blueprint.get("/me/work")
@access("person.own")
def work() -> Response:
    """Civil work so far, with add, change and remove."""
    return question("people/work.html", EmptyForm.submitted(), own_file(), "work")


@blueprint.route("/me/work/new", methods=["GET", "POST"])
@access("person.own")
def work_new() -> Any:
    return _work_page(own_file(), None)


@blueprint.route("/me/work/<public_id>", methods=["GET", "POST"])
@access("person.own")
def work_edit(public_id: str) -> Any:
    person = own_file()
    return _work_page(person, _own_work(person, public_id))


@blueprint.get("/me/find-work-occupations")
@access("person.own")
def find_work_occupations() -> Response:
    """Occupations that the typed title of past work may mean, with the one that is ticked now."""
    chosen = request.args.get("occupation_code", "")[:20]
    found = choices.work_occupations(current_uow(), chosen, request.args.get("title", ""))
    page = render_template("people/_work_occupations.html", choices=found, chosen=chosen)
    return Response(page, mimetype="text/html")


def _own_work(person: Person, public_id: str) -> WorkHistory:
    found: WorkHistory = current_uow().one(
        select(WorkHistory).where(WorkHistory.public_id == public_id, WorkHistory.person_id == person.id)
    )
    return found


def _work_page(person: Person, line: WorkHistory | None) -> Any:
    form = WorkForm.submitted(obj=line)
    if not asks_to_find():
        done = form.act(
            lambda: resume.save_work(
                current_uow(),
                person,
                line,
                employer_name=form.employer_name.data or "",
                title=form.title.data or "",
                started_on=form.started_on.data,
                ended_on=form.ended_on.data,
                occupation_code=(form.occupation_code.data or "")[:20] or None,
                duties=form.duties.data or "",
                accept_masked=form.accept_masked.data,
            )
        )
        if done:
            flash(_("已保存"), "success")
            return redirect(url_for("people.work"), 303)
    code = form.occupation_code.data or ""
    form.occupation_code.choices = choices.work_occupations(current_uow(), code, form.title.data or "")
    return question("people/work_form.html", form, person, "work", line=line)


@blueprint.route("/me/work/<public_id>/remove", methods=["GET", "POST"])
@access("person.own")
def work_remove(public_id: str) -> Any:
    """Take a line out, after asking."""
    person = own_file()
    line = _own_work(person, public_id)
    form = EmptyForm.submitted()
    if form.act(lambda: resume.remove_work(current_uow(), person, line)):
        flash(_("已删除"), "success")
        return redirect(url_for("people.work"), 303)
    return question("people/work_remove.html", form, person, "work", line=line)


@blueprint.route("/me/intention", methods=["GET", "POST"])
@access("person.own")
def intention() -> Any:
    """What somebody wants; words are answered with occupations to tick."""
    uow, person = current_uow(), own_file()
    form = IntentionForm.submitted(data=_intention_data(person))
    if not asks_to_find():
        done = form.act(lambda: _save_intention(person, form))
        if done:
            return go_on(person, "intention")
    chosen = form.occupation_codes.data or []
    form.occupation_codes.show(choices.occupation_choices(uow, chosen, form.words.data or ""))
    form.region_codes.show(choices.near_places(uow, person, form.region_codes.data or []))
    return question("people/intention.html", form, person, "intention")


def _intention_data(person: Person) -> dict[str, Any]:
    wish = person.intention
    if wish is None:
        return {"version": person.version}
    return {
        "occupation_codes": wish.occupation_codes,
        "words": wish.words,
        "region_codes": wish.region_codes,
        "max_distance_km": wish.max_distance_km,
        "pay_floor_yuan": wish.pay_floor_yuan,
        "shifts": wish.shifts,
        "employment_types": wish.employment_types,
        "start_on": wish.start_on,
        "version": person.version,
    }


def _save_intention(person: Person, form: Any) -> Any:
    uow = current_uow()
    other = choices.place_code(uow, form.other_place.data or "")
    return resume.save_intention(
        uow,
        person,
        words=form.words.data or "",
        occupation_codes=form.occupation_codes.data or [],
        region_codes=[*(form.region_codes.data or []), *([other] if other else [])],
        max_distance_km=form.max_distance_km.data,
        pay_floor_yuan=form.pay_floor_yuan.data,
        shifts=form.shifts.data or [],
        employment_types=form.employment_types.data or [],
        start_on=form.start_on.data,
        version=form.version.data,
    )


@blueprint.get("/me/find-occupations")
@access("person.own")
def find_occupations() -> Response:
    """Chips of occupations that fit the typed words, with what is ticked now."""
    chosen = _asked("occupation_codes")
    found = choices.occupation_choices(current_uow(), chosen, request.args.get("words", "")[:200])
    return Response(render_template("people/_occupations.html", choices=found, chosen=chosen), mimetype="text/html")
