"""The mobilisation (动员): whom a station calls for a class, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from jobmatch.casework.surveys.models import SurveyAnswer
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import clean_line
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_work_session
from training.courses.enrollment.models import CourseCall
from training.courses.enrollment.policies import can_call, can_list_person
from training.courses.enrollment.states import CourseCallState

CHUNK = 500


def record_calls(uow: UnitOfWork, session: CourseSession, rows: Sequence[tuple[int, int]]) -> int:
    """Put people on the stations' lists, or renew how many postings the class would open for them.

    ``rows`` are (person id, number of postings). What a call led to stays. Returns how many are new.
    """
    opened: Mapping[int, int] = dict(rows)
    ids, new = sorted(opened), 0
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        wanted = (CourseCall.session_id == session.id, CourseCall.person_id.in_(part))
        known = {one.person_id: one for one in uow.session.scalars(select(CourseCall).where(*wanted))}
        people = select(Person).where(Person.id.in_(part), Person.erased_at.is_(None)).order_by(Person.id)
        for person in uow.session.scalars(people).all():
            row = known.get(person.id)
            if row is None:
                row, new = CourseCall(session_id=session.id, person_id=person.id), new + 1
                uow.session.add(row)
            row.station_id, row.region_path = person.station_id, person.region_path
            row.opened_count = max(0, opened[person.id])
        uow.session.flush()
    return new


def list_wishes(uow: UnitOfWork, session: CourseSession) -> int:
    """Put everybody on the lists who asked in a survey for a certificate that this class leads to; returns how many
    are new. People of the class's subtree only; who is on a list stays there.
    """
    require(can_work_session(uow.actor, session))
    codes = set(session.course.certificate_codes) | ({session.certificate_code} if session.certificate_code else set())
    if not codes:
        return 0
    path = (
        session.region_path if not uow.actor.region_path else max(session.region_path, uow.actor.region_path, key=len)
    )
    query = (
        select(SurveyAnswer.person_id, SurveyAnswer.certificate_codes)
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(Person.region_path.startswith(path, autoescape=True), Person.erased_at.is_(None))
    )
    wish = {int(person_id) for person_id, wanted in uow.session.execute(query) if person_id and codes & set(wanted)}
    known = select(CourseCall.person_id).where(CourseCall.session_id == session.id)
    fresh = sorted(wish - set(uow.session.scalars(known)))
    count = record_calls(uow, session, [(key, 0) for key in fresh])
    uow.audit("class.list_calls", session, count=count)
    return count


def add_call(uow: UnitOfWork, session: CourseSession, person: Person) -> CourseCall:
    """Staff put one of their own people on the list; twice is once."""
    require(can_list_person(uow.actor, session, person))
    mine = (CourseCall.session_id == session.id, CourseCall.person_id == person.id)
    found = uow.session.scalars(select(CourseCall).where(*mine)).one_or_none()
    if found is not None:
        return found
    record_calls(uow, session, [(person.id, 0)])
    made = uow.session.scalars(select(CourseCall).where(*mine)).one()
    uow.audit("class.add_call", made, session=session.public_id)
    return made


def answer_call(
    uow: UnitOfWork, session: CourseSession, call: CourseCall, *, state: str = "", note: str | None = None
) -> CourseCall:
    """What a call led to, in one tap; ``listed`` takes it back. ``note`` are a few words beside it."""
    require(can_call(uow.actor, session, call))
    if state and state not in set(CourseCallState):
        raise Invalid(_("请选一个联系结果"))
    if state and call.state is not CourseCallState(state):
        is_back = CourseCallState(state) is CourseCallState.LISTED
        call.state = CourseCallState(state)
        call.called_at = None if is_back else uow.now
        call.called_by_id = None if is_back else uow.actor.user_id
        uow.audit("class.call", call, state=state)
    if note is not None:
        call.note = clean_line(note)[:200]
    uow.session.flush()
    return call
