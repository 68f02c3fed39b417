"""Classes for everybody: what can be learned now, and what one needs to know before the first tap."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Certificate, Course
from jobmatch.reference.queries import names
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from training.courses.classes import queries
from training.courses.classes.blueprint import blueprint
from training.courses.classes.forms import GROUPS
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import seen_session, visible_sessions
from training.courses.classes.services.happenings import last_class_words
from training.courses.classes.states import SessionMode

KINDS = {
    "skill": N_("学技能"),
    "start_up": N_("学创业"),
    "adaptability": N_("适应性培训"),
    "degree": N_("学历教育"),
}
"""Kinds of courses as people ask for them."""
_COURSE_MODES = {SessionMode.ONLINE: "Online", SessionMode.MIXED: "Blended"}
"""How schema.org calls the ways to attend; all others are on site."""


@blueprint.get("/classes")
@access(PUBLIC)
def open_list() -> Response:
    """Classes one can enroll in today, the soonest first."""
    uow = current_uow()
    kind, mode = request.args.get("kind", ""), request.args.get("mode", "")
    kind, mode = kind if kind in KINDS else "", mode if mode in set(SessionMode) else ""
    found = paged(uow, visible_sessions(uow.actor, queries.open_sessions(uow.today, kind=kind, mode=mode)))
    return page(
        "classes/open.html",
        found=found,
        kind=kind,
        mode=mode,
        tabs=[
            {
                "label": _(label),
                "url": url_for("classes.open_list", kind=code or None, mode=mode or None),
                "current": code == kind,
            }
            for code, label in {"": N_("全部"), **KINDS}.items()
        ],
        modes=list(SessionMode),
    )


@blueprint.get("/classes/<public_id>")
@access(PUBLIC)
def public_session(public_id: str) -> Response:
    """One class: money, hours, place, who may come, the timetable, where the last one's people work."""
    uow = current_uow()
    found = seen_session(uow, public_id)
    return page(
        "classes/class.html",
        course_session=found,
        meetings=queries.meetings_of(uow.session, found),
        methods=queries.asks_of(uow.session, found),
        groups=[_(label) for code, label in GROUPS if code in found.kind_groups],
        certificate=names(uow.session, Certificate).get(found.certificate_code or "", ""),
        last_words=last_class_words(uow.session, found.course_code, found.provider_id),
        is_open=queries.is_open(found, uow.today),
        today=uow.today,
        course_data=_course(found),
    )


def _course(found: CourseSession) -> dict[str, Any]:
    """What search engines read of a class (schema.org ``Course`` with one ``CourseInstance``).

    What the class does not say is left out, never guessed.
    """
    url = url_for("classes.public_session", public_id=found.public_id, _external=True)
    instance: dict[str, Any] = {
        "@type": "CourseInstance",
        "name": found.title,
        "url": url,
        "courseMode": _COURSE_MODES.get(found.mode, "Onsite"),
        "startDate": found.starts_on.isoformat(),
        "endDate": found.ends_on.isoformat(),
    }
    if found.place and found.mode is not SessionMode.ONLINE:
        instance["location"] = {"@type": "Place", "name": found.place, "address": found.place}
    if found.hours:
        # Class hours are no clock hours, so they stay words.
        instance["courseWorkload"] = _("%(n)s 学时", n=found.hours)
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": found.course.name_zh,
        "description": found.title,
        "url": url,
        "provider": {"@type": "Organization", "name": found.provider.organization.name},
        "offers": {
            "@type": "Offer",
            "category": "Paid" if found.fee_yuan else "Free",
            "price": found.fee_yuan,
            "priceCurrency": "CNY",
        },
        "hasCourseInstance": instance,
    }


@blueprint.get("/courses")
@access(PUBLIC)
def course_list() -> Response:
    """The catalogue of courses by kind, with the number of classes one can enroll in."""
    uow = current_uow()
    rows = uow.rows(visible_sessions(uow.actor, queries.open_counts(uow.today)))
    return page(
        "classes/courses.html",
        groups=queries.catalogue(uow.session),
        kinds={code: _(label) for code, label in KINDS.items()},
        open_counts=dict(row for row in rows),
    )


@blueprint.get("/courses/<code>")
@access(PUBLIC)
def course(code: str) -> Response:
    """One course: what it teaches and leads to, and the classes one can enroll in."""
    uow = current_uow()
    found = queries.get_course(uow.session, code)
    sessions = uow.rows(visible_sessions(uow.actor, queries.open_sessions(uow.today, course_code=code)).limit(20))
    labels = names(uow.session, Certificate)
    return page(
        "classes/course.html",
        course=found,
        name=names(uow.session, Course).get(code, found.name_zh),
        certificates=[labels.get(one, one) for one in found.certificate_codes],
        skills=queries.skill_names(uow.session, found),
        occupations=queries.occupation_names(uow.session, found),
        sessions=sessions,
    )
