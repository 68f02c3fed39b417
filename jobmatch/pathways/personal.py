"""Which courses would open postings to one person, and what a class that they finished has opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import profile_of
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import pools
from jobmatch.matching.policies import can_match_person
from jobmatch.matching.queries import is_personal, settled_postings
from jobmatch.matching.services import card_rows
from jobmatch.pathways.queries import (
    Achieved,
    achieved,
    courses_of,
    effects_of,
    open_classes,
    paper_names,
    skill_names,
)
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Course
from jobmatch.reference.queries import names
from ml.matching import CourseGain, Profile, certificates_for, course_gains, opened_postings, without_course
from recruiters.postings.cards import PostingCard, posting_card
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings
from training.courses.classes.models import CourseSession

SHOWN = 6
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One course: what it changes in words, three postings of it, and the classes that take people now."""

    course: Course
    name: str
    gain: CourseGain
    words: tuple[str, ...]
    examples: tuple[PostingCard, ...]
    classes: tuple[CourseSession, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Postings that somebody may be recommended today and could not be without what they learned, the best first."""

    count: int
    posting_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """What one finished course has opened."""

    code: str
    name: str
    papers: str
    opened: Opened


@dataclass(frozen=True, slots=True)
class MyCourses:
    """``is_personal``: the person lets recommendations use their profile; without it nothing is worked out."""

    is_personal: bool
    ways: tuple[Way, ...] = ()
    opened: tuple[OpenedBy, ...] = ()


def my_courses(uow: UnitOfWork, person: Person) -> MyCourses:
    """The courses that open most postings to a person, best first, and what finished ones have opened."""
    require(can_match_person(uow.actor, person))
    if not is_personal(uow.session, person.id):
        return MyCourses(False)
    courses = courses_of(uow.session)
    profile, eligibility = profile_of(uow.session, person)
    gains = course_gains(
        active_ranker(uow.session),
        pools(uow.session).postings.get(uow.session),
        profile,
        eligibility,
        effects_of(courses),
        today=uow.today,
        without=frozenset(str(one) for one in settled_postings(uow.session, person.id)),
        top=EXAMPLES,
    )[:SHOWN]
    rows = card_rows(uow, [int(key) for gain in gains for key in gain.keys])
    classes = open_classes(uow, person, [gain.code for gain in gains])
    ways = []
    for gain in gains:
        course = courses[gain.code]
        papers = certificates_for(course.certificate_codes, eligibility, uow.today)
        shown = [rows[int(key)] for key in gain.keys if int(key) in rows]
        ways.append(
            Way(
                course,
                names(uow.session, Course)[course.code],
                gain,
                _words(uow, profile, course, papers, gain),
                tuple(posting_card(uow.session, one) for one in shown),
                tuple(classes.get(gain.code, ())),
            )
        )
    return MyCourses(True, tuple(ways), _opened(uow, person, courses))


def _words(
    uow: UnitOfWork, profile: Profile, course: Course, papers: tuple[str, ...], gain: CourseGain
) -> tuple[str, ...]:
    """The reasons in words: what it takes, and what it opens."""
    found = []
    missing = [code for code in papers if code not in profile.certificates]
    if gain.opens:
        text = _("多了%(papers)s，能投这 %(n)s 个岗位。", papers=paper_names(uow.session, missing), n=gain.opens)
        if gain.suitable:
            text += _("其中 %(n)s 个对您比较合适。", n=gain.suitable)
        found.append(text)
    if gain.raises:
        known = {code for code, _level in profile.skills}
        skills = [code for code in course.skill_codes if code not in known]
        learned = skill_names(uow.session, skills) or paper_names(uow.session, missing)
        found.append(_("学会%(skills)s，有 %(n)s 个能投的岗位变得比较合适。", skills=learned, n=gain.raises))
    return tuple(found)


def opened_for(
    uow: UnitOfWork, person: Person, certificate_codes: tuple[str, ...], skill_codes: tuple[str, ...]
) -> Opened:
    """Postings that the person may be recommended today, and could not be without these certificates and skills.

    The file as it is now is compared with the same file less what the class gave, so a certificate counts from the
    moment it is recorded. Postings that are closed or hidden do not count.
    """
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    keys = opened_postings(
        active_ranker(uow.session),
        pools(uow.session).postings.get(uow.session),
        without_course(profile, certificate_codes, skill_codes),
        profile,
        eligibility,
        today=uow.today,
        without=frozenset(str(one) for one in settled_postings(uow.session, person.id)),
    )
    ids = [int(key) for key in keys]
    query = visible_public_postings(uow.actor, select(Posting.id).where(Posting.id.in_(ids)))
    there = set(uow.rows(query)) if ids else set()
    found = tuple(one for one in ids if one in there)
    return Opened(len(found), found)


def _opened(uow: UnitOfWork, person: Person, courses: dict[str, Course]) -> tuple[OpenedBy, ...]:
    return tuple(_opened_by(uow, person, courses[one.course_code], one) for one in achieved(uow, person)[:SHOWN])


def _opened_by(uow: UnitOfWork, person: Person, course: Course, got: Achieved) -> OpenedBy:
    opened = opened_for(uow, person, got.certificate_codes, tuple(course.skill_codes))
    return _named(uow, got, opened)


def _named(uow: UnitOfWork, got: Achieved, opened: Opened) -> OpenedBy:
    name = names(uow.session, Course)[got.course_code]
    return OpenedBy(got.course_code, name, paper_names(uow.session, got.certificate_codes), opened)


def opened_by_course(uow: UnitOfWork, person: Person, code: str) -> OpenedBy:
    """What the person's finished course of this code has opened. Raises ``NotFound`` without a certificate of it."""
    require(can_match_person(uow.actor, person))
    got = next((one for one in achieved(uow, person) if one.course_code == code), None)
    course = uow.session.get(Course, code)
    if got is None or course is None:
        raise NotFound
    if not is_personal(uow.session, person.id):
        return _named(uow, got, Opened(0, ()))
    return _opened_by(uow, person, course, got)


def cards_of(uow: UnitOfWork, ids: list[int]) -> list[PostingCard]:
    """Cards of some postings, in their order, as far as they may be shown."""
    rows = card_rows(uow, ids)
    return [posting_card(uow.session, rows[one]) for one in ids if one in rows]
