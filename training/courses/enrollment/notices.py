"""What people in classes are told: in the inbox, and by text message where it cannot wait."""

from __future__ import annotations

from datetime import date

from jobmatch.accounts.models import User
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

BY_SMS = frozenset({"promoted", "canceled_class", "tomorrow", "dropped"})
"""News that come by themselves and that nobody expects on this day."""


def consent_words(provider: str, until: date) -> str:
    """What somebody agrees to with an enrollment."""
    return _(
        "报名后，承训机构“%(provider)s”和办班单位能看到您的姓名和手机号，到 %(until)s 为止，只用于办这个班。",
        provider=provider,
        until=day_words(until),
    )


def tell(uow: UnitOfWork, session: CourseSession, enrollment: Enrollment, what: str) -> bool:
    """Send one occasion to somebody with an account; whether there was such a place."""
    person = uow.session.get(Person, enrollment.person_id) if enrollment.person_id is not None else None
    user = uow.session.get(User, person.user_id) if person is not None and person.user_id is not None else None
    if user is None:
        return False
    # A class that is put off is reminded of again.
    occasion = session.starts_on if what == "tomorrow" else enrollment.enrolled_at
    sent = send(
        uow,
        user,
        group=MessageGroup.TRAINING,
        title=lambda: head_words(session, what),
        body=lambda: body_words(session, enrollment, what),
        link="/my/classes",
        once=f"class:{enrollment.public_id}:{what}:{occasion:%Y%m%d%H%M%S}",
        by_sms=what in BY_SMS,
        sms=lambda: f"{head_words(session, what)}。{body_words(session, enrollment, what)}",
    )
    return sent is not None


def head_words(session: CourseSession, what: str) -> str:
    """What happened, in one line."""
    heads = {
        "seated": _("%(title)s：报上名了"),
        "waiting": _("%(title)s：已排上候补"),
        "promoted": _("%(title)s：候补转正，您有名额了"),
        "canceled": _("%(title)s：报名已取消"),
        "dropped": _("%(title)s：候补已取消"),
        "transferred": _("%(title)s：已转到这个班"),
        "canceled_class": _("%(title)s：这个班不办了"),
        "tomorrow": _("%(title)s快开班了"),
    }
    return heads[what] % {"title": session.title}


def body_words(session: CourseSession, enrollment: Enrollment, what: str) -> str:
    """What it means for the reader, and what to do next."""
    if what == "canceled_class":
        reason = _("原因：%(words)s。", words=session.cancel_reason) if session.cancel_reason else ""
        return _("请不要去报到。%(reason)s可以看看同一课程的其他班。", reason=reason)
    if what == "dropped":
        return _("您在同一时间的另一个班有名额，或者免费次数用完了，所以这个班的候补取消了。")
    if what == "canceled":
        reason = _("原因：%(words)s。", words=enrollment.end_reason) if enrollment.end_reason else ""
        return _("%(reason)s想再参加，可以重新报名。", reason=reason)
    if enrollment.state is EnrollmentState.WAITING:
        return _("您是候补 %(n)s 号，有名额会通知您。", n=enrollment.waiting_number)
    return when_words(session) + (
        _("有事打电话：%(phone)s。", phone=session.contact_phone) if session.contact_phone else ""
    )


def when_words(session: CourseSession) -> str:
    """First day and place: all that is needed where nothing can be opened."""
    return _(
        "%(day)s 开班，请按时报到。地点：%(place)s。",
        day=day_words(session.starts_on),
        place=session.place or _("见通知"),
    )


def left_out_words() -> str:
    """The title of the station's task about somebody without adaptability training."""
    return _("适应性培训快到期，还没参加，请联系报名")
