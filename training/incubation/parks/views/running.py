"""Running an incubator: the plan of desks, the standards, mentors and events; for the office and the operators."""

from __future__ import annotations

from typing import Any

from flask import flash

from jobmatch.core.i18n import gettext as _
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged
from training.incubation.parks import people_queries, queries
from training.incubation.parks.forms import EventForm, MentorForm, RowForm, SpaceForm, TalkForm
from training.incubation.parks.policies import visible_mentors
from training.incubation.parks.services import mentors, spaces
from training.incubation.parks.views.common import Place, both, pressed


@both("", "overview")
def overview(place: Place) -> Any:
    """The plan with who sits where, and what waits."""
    uow, one = current_uow(), place.incubator
    return page(
        "parks/overview.html",
        place=place,
        one=one,
        count=queries.desk_counts(uow.session, [one.id]).get(one.id, queries.DeskCount()),
        spaces=queries.spaces_of(uow.session, one),
        holders=queries.holders_of(uow.session, one),
        tabs=queries.tab_counts(uow.session, one),
        today=uow.today,
    )


@both("/spaces", "spaces", methods=("GET", "POST"))
def plan(place: Place) -> Any:
    """Draw the plan: one desk, or a row of them."""
    uow, one, sent = current_uow(), place.incubator, pressed()
    form = RowForm.submitted() if sent else RowForm(None)
    done = form.act(lambda: spaces.add_row(uow, one, form.facts(), count=form.count.data)) if sent else None
    if done is not None:
        flash(_("加了 %(n)s 个", n=len(done)), "success")
        return place.go("spaces")
    return page(
        "parks/spaces.html",
        form=form if sent else None,
        row_form=form,
        place=place,
        one=one,
        spaces=queries.spaces_of(uow.session, one),
        holders=queries.holders_of(uow.session, one),
    )


@both("/spaces/<space_id>", "space", methods=("GET", "POST"))
def space(place: Place, space_id: str) -> Any:
    """One desk: change, block, remove."""
    uow, one, sent = current_uow(), place.incubator, pressed()
    row = spaces.find_space(uow, one, space_id)
    filled = {name: getattr(row, name) for name in SpaceForm()._fields} | {"kind": row.kind.value}
    form = SpaceForm.submitted(data=filled) if sent == "save" else SpaceForm(None, data=filled)
    plain = EmptyForm.submitted()
    if sent == "save" and form.act(lambda: spaces.change_space(uow, one, row, form.facts())) is not None:
        flash(_("已保存"), "success")
        return place.go("spaces")
    if sent == "remove" and plain.act(lambda: spaces.remove_space(uow, one, row)) is not None:
        flash(_("已拿掉"), "success")
        return place.go("spaces")
    holder = queries.holders_of(uow.session, one).get(row.tenancy_id or 0, "")
    tried = plain if sent == "remove" else form
    return page("parks/space.html", form=tried, space_form=form, place=place, one=one, row=row, holder=holder)


@both("/standards", "standards")
def standards(place: Place) -> Any:
    """Where the incubator stands against each standard of recognition."""
    uow = current_uow()
    figures = people_queries.figures_of(uow, place.incubator)
    return page(
        "parks/standards.html",
        place=place,
        one=place.incubator,
        figures=figures,
        found=people_queries.assessments_of(uow, figures),
    )


@both("/mentors", "mentors", methods=("GET", "POST"))
def mentor_list(place: Place) -> Any:
    """The mentors with their hours, and a new one."""
    uow, one = current_uow(), place.incubator
    form = MentorForm.submitted()
    if form.act(lambda: mentors.save_mentor(uow, one, None, **_mentor(form))) is not None:
        flash(_("已保存"), "success")
        return place.go("mentors")
    found = paged(uow, visible_mentors(uow.actor, people_queries.mentors_of(one)))
    return page(
        "parks/mentors.html",
        form=form,
        place=place,
        one=one,
        found=found,
        hours=people_queries.hours_of(uow.session, [row.id for row in found.rows]),
        by_venture=people_queries.hours_by_venture(uow.session, one),
    )


def _mentor(form: MentorForm) -> dict[str, Any]:
    return {one.name: one.data if one.name == "is_active" else one.data or "" for one in form}


@both("/mentors/<mentor_id>", "mentor", methods=("GET", "POST"))
def mentor(place: Place, mentor_id: str) -> Any:
    """One mentor: facts, talks, and a talk that the office writes down."""
    uow, one, sent = current_uow(), place.incubator, pressed()
    row = mentors.find_mentor(uow, one, mentor_id)
    filled = {name: getattr(row, name) for name in MentorForm()._fields} | {"field": row.field.value}
    form = MentorForm.submitted(data=filled) if sent == "save" else MentorForm(None, data=filled)
    talk = TalkForm.submitted() if sent == "talk" else TalkForm(None, prefix="", data={"happened_on": uow.today})
    talk.venture.show(queries.ventures_in(uow.session, one.id))
    if sent == "save" and form.act(lambda: mentors.save_mentor(uow, one, row, **_mentor(form))) is not None:
        flash(_("已保存"), "success")
        return place.go("mentor", mentor_id=mentor_id)
    if sent == "talk" and talk.act(lambda: mentors.record_talk(uow, row, **talk_of(talk))) is not None:
        flash(_("记下了，等项目的人确认"), "success")
        return place.go("mentor", mentor_id=mentor_id)
    return page(
        "parks/mentor.html",
        form=talk if sent == "talk" else form,
        mentor_form=form,
        talk_form=talk,
        place=place,
        one=one,
        row=row,
        found=paged(uow, visible_mentors(uow.actor, people_queries.talks(row))),
        hours=people_queries.hours_of(uow.session, [row.id]).get(row.id, people_queries.Hours()),
    )


def talk_of(form: TalkForm) -> dict[str, Any]:
    """The talk as the service takes it."""
    return {
        "venture": form.venture.data or "",
        "happened_on": form.happened_on.data,
        "minutes": form.minutes.data,
        "topic": form.topic.data or "",
        "words": form.words.data or "",
    }


@both("/events", "events", methods=("GET", "POST"))
def events(place: Place) -> Any:
    """Events that were held, and another."""
    uow, one, form = current_uow(), place.incubator, EventForm.submitted()
    given = {"title": form.title.data or "", "held_on": form.held_on.data, "people_count": form.people_count.data}
    if form.act(lambda: mentors.add_event(uow, one, **given)) is not None:
        flash(_("已保存"), "success")
        return place.go("events")
    return page("parks/events.html", form=form, place=place, one=one, found=paged(uow, people_queries.events_of(one)))


@both("/events/<event_id>/remove", "remove_event", methods=("POST",))
def remove_event(place: Place, event_id: str) -> Any:
    """Take out an event typed by mistake."""
    mentors.remove_event(current_uow(), place.incubator, event_id)
    flash(_("已拿掉"), "success")
    return place.go("events")
