"""Holding surveys: rounds, results, answers without a file, the poster, and answers taken at the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.casework.surveys import queries, services
from jobmatch.casework.surveys.forms import AnswerForm, LayForm, SurveyForm
from jobmatch.casework.surveys.policies import visible_surveys
from jobmatch.casework.surveys.states import Need
from jobmatch.casework.surveys.views.blueprint import blueprint
from jobmatch.casework.surveys.views.people import groups_of, stored
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.people.queries.people import find_by_phone
from jobmatch.reference.models import Certificate
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import download, page, paged

POSTER = Path(__file__).parents[1] / "templates" / "surveys" / "poster.typ"


@blueprint.route("/staff/surveys", methods=["GET", "POST"])
@access("case.work")
def rounds() -> Any:
    """The rounds of this place, and a form for a new one."""
    uow = current_uow()
    form = SurveyForm.submitted(data={"opens_on": uow.today})
    done = form.act(
        lambda: services.hold_survey(
            uow, title=form.title.data or "", opens_on=form.opens_on.data, closes_on=form.closes_on.data
        )
    )
    if done is not None:
        flash(_("摸底已开始，把链接或海报发出去吧"), "success")
        return redirect(url_for("surveys.results", public_id=done.public_id), 303)
    found = paged(uow, visible_surveys(uow.actor, queries.surveys()))
    return page("surveys/rounds.html", form=form, found=found, today=uow.today)


@blueprint.get("/staff/surveys/<public_id>")
@access("case.work")
def results(public_id: str) -> Response:
    """What a round says, with the training people ask for."""
    uow = current_uow()
    survey = queries.get_survey(uow, public_id)
    return page(
        "surveys/results.html",
        survey=survey,
        found=queries.results(uow, survey),
        today=uow.today,
        link=url_for("surveys.by_link", public_id=public_id, _external=True),
        unplaced=queries.unplaced(uow, survey)[:50],
    )


@blueprint.post("/staff/surveys/<public_id>/close")
@access("case.work")
def close(public_id: str) -> Any:
    """End a round early."""
    uow = current_uow()
    services.close_survey(uow, queries.get_survey(uow, public_id))
    flash(_("已结束，链接不再收答卷"), "success")
    return redirect(url_for("surveys.results", public_id=public_id), 303)


@blueprint.get("/staff/surveys/<public_id>/training/<code>")
@access("case.work")
def who_wants(public_id: str, code: str) -> Response:
    """The people behind a number of the demand list."""
    uow = current_uow()
    survey = queries.get_survey(uow, public_id)
    name = names(uow.session, Certificate).get(code)
    if name is None:
        raise NotFound
    found = paged(uow, queries.people_who_want(uow, survey, code))
    return page("surveys/who.html", survey=survey, name=name, found=found)


@blueprint.route("/staff/surveys/<public_id>/answers/<answer_id>", methods=["GET", "POST"])
@access("case.work")
def lay(public_id: str, answer_id: str) -> Any:
    """Lay an answer by link to the file of the person who gave it."""
    uow = current_uow()
    survey = queries.get_survey(uow, public_id)
    answer = next((one for one in queries.unplaced(uow, survey) if one.public_id == answer_id), None)
    if answer is None:
        raise NotFound
    same = [person.id for person in find_by_phone(uow.session, answer.phone or "")]
    likely = select(Person).where((Person.name == answer.name) | Person.id.in_(same)).order_by(Person.id).limit(20)
    people = {person.public_id: person for person in uow.rows(visible_people(uow.actor, likely))}
    form = LayForm.submitted()
    form.person.choices = [(key, person.name) for key, person in people.items()]
    chosen = people.get(form.person.data or "")
    if request.method == "POST" and chosen is None:
        form.person.errors = [_("请选一个人，或者先去建档")]
    if chosen is not None and form.act(lambda: services.lay_to_file(uow, answer, chosen)) is not None:
        flash(_("已放进%(name)s的档案", name=chosen.name), "success")
        return redirect(url_for("surveys.results", public_id=public_id), 303)
    return page("surveys/lay.html", form=form, survey=survey, answer=answer, people=people)


@blueprint.route("/staff/people/<public_id>/survey", methods=["GET", "POST"])
@access("case.work")
def for_person(public_id: str) -> Any:
    """A clerk asks somebody the questions of the open round."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    survey = queries.survey_for(uow.session, person, uow.today)
    if survey is None:
        return page("surveys/no_round.html", person=person)
    form = AnswerForm.submitted(data=stored(queries.answer_of(uow.session, survey, person.id)))
    done = form.act(
        lambda: services.answer_survey(uow, survey, person, form.said, accept_masked=form.accept_masked.data)
    )
    if done is None:
        return page("surveys/person.html", form=form, survey=survey, person=person, groups=groups_of(form))
    flash(_("已保存"), "success")
    return redirect(url_for("people.staff_person", public_id=public_id), 303)


@blueprint.get("/staff/surveys/<public_id>/poster.pdf")
@access("case.work", slow=True)
def poster(public_id: str) -> Response:
    """A page for the wall with the code to scan."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        survey = queries.get_survey(uow, public_id)
    address = url_for("surveys.by_link", public_id=public_id, _external=True)
    data = {
        "title": survey.title,
        "lines": [_("扫一扫，说说您想找什么工作、想学什么"), _("三分钟填完，不用下载，不用注册")],
        "until": _("%(day)s前填写", day=day_words(survey.closes_on)),
        "address": address,
    }
    return download(
        render_pdf(POSTER, data, files={"qr": qr_svg_bytes(address)}), f"{survey.title}.pdf", "application/pdf"
    )


@blueprint.get("/staff/surveys/<public_id>/answers.xlsx")
@access("case.work", slow=True)
def table(public_id: str) -> Response:
    """Every answer of the actor's people as a workbook, without phone numbers."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        survey = queries.get_survey(uow, public_id)
        papers = names(uow.session, Certificate)
        rows = [
            [
                person.name if person else answer.name,
                answer.work_wish.label if answer.work_wish else "",
                answer.wanted_words,
                _("、").join(papers.get(code, code) for code in answer.certificate_codes),
                answer.start_up.label if answer.start_up else "",
                answer.start_up_words,
                _("、").join(Need(need).label for need in answer.needs),
                answer.hobbies,
                answer.via.label,
                answer.answered_at,
            ]
            for answer, person in queries.all_answers(uow, survey)
        ]
    head = [_("姓名"), _("找工作"), _("想做什么"), _("想学什么"), _("创业"), _("想做哪一行"), _("需要的帮助")]
    head += [_("爱好和特长"), _("怎么填的"), _("填写时间")]
    return download(write_workbook(Sheet(_("答卷"), head, rows)), f"{survey.title}.xlsx", XLSX)
