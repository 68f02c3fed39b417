"""What people of a fair are told: in the inbox where they have an account, by text message where there is a gateway."""

from __future__ import annotations

from datetime import UTC

from jobmatch.accounts.models import User
from jobmatch.accounts.ports import has_gateway
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person


def news_of(fair: JobFair) -> str:
    """What everybody has to know of a fair: that it is canceled, or its day and place."""
    if fair.state is FairState.CANCELED:
        return "canceled"
    return f"{fair.opens_at.astimezone(UTC):%Y%m%d%H%M} {fair.place}"


def tell_registered(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> None:
    """The ticket, or the place in the queue."""
    _tell(uow, fair, registration, "waiting" if registration.state is RegistrationState.WAITING else "ticket")


def tell_promoted(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> None:
    """A seat came free. Whom nothing reaches is called."""
    registration.told = news_of(fair) if _tell(uow, fair, registration, "promoted") else ""


def tell_change(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> None:
    """The fair has another day or place, or does not take place. Whom nothing reaches is called."""
    what = "canceled" if fair.state is FairState.CANCELED else "moved"
    registration.told = news_of(fair) if _tell(uow, fair, registration, what) else ""


def tell_reminder(uow: UnitOfWork, fair: JobFair, registration: FairRegistration, *, is_near: bool) -> None:
    """The day before, and two hours before."""
    _tell(uow, fair, registration, "soon" if is_near else "tomorrow")


def body_words(fair: JobFair, registration: FairRegistration, what: str) -> str:
    """What it means for the reader. Each message says how things are now, whatever an earlier one said."""
    if what == "canceled":
        at = fair.opens_at.astimezone(SHANGHAI)
        words = _("原定 %(month)s 月 %(day)s 日的这场不办了，请不要到场。", month=at.month, day=at.day)
        return words + (_("原因：%(words)s", words=fair.cancel_reason) if fair.cancel_reason else "")
    if what == "moved":
        return _("以这一条为准：") + ticket_words(fair, registration)
    return ticket_words(fair, registration)


def ticket_words(fair: JobFair, registration: FairRegistration) -> str:
    """Day, place and code: all that is needed where nothing can be opened."""
    at = fair.opens_at.astimezone(SHANGHAI)
    where = _(
        "%(month)s 月 %(day)s 日 %(clock)s，%(place)s。",
        month=at.month,
        day=at.day,
        clock=f"{at.hour}:{at.minute:02d}",
        place=fair.place,
    )
    if fair.is_online:
        where = _(
            "%(month)s 月 %(day)s 日 %(clock)s，网上直播。",
            month=at.month,
            day=at.day,
            clock=f"{at.hour}:{at.minute:02d}",
        )
    if registration.state is RegistrationState.WAITING:
        return where + _("您在候补，有名额会通知您。")
    if fair.is_online:
        return where + _("开播前 15 分钟，入口在招聘会页面上。")
    return where + _("到场报入场码 %(code)s。", code=registration.code)


def head_words(fair: JobFair, what: str) -> str:
    """What happened, in one line."""
    if what == "ticket":
        return _("%(fair)s：报名好了", fair=fair.title)
    if what == "waiting":
        return _("%(fair)s：已排上候补", fair=fair.title)
    if what == "promoted":
        return _("%(fair)s：候补转正，您有名额了", fair=fair.title)
    if what == "moved":
        return _("%(fair)s：时间或地点改了", fair=fair.title)
    if what == "canceled":
        return _("%(fair)s：取消了", fair=fair.title)
    return _("%(fair)s快到了", fair=fair.title)


def sms_words(fair: JobFair, registration: FairRegistration, what: str, booth: str = "") -> str:
    """The text message of one occasion; of one at a ``booth`` where that is named."""
    if booth:
        return _("%(head)s。%(where)s", head=booth_words(what, booth)[0], where=booth_words(what, booth)[1])
    return _("%(head)s。%(where)s", head=head_words(fair, what), where=body_words(fair, registration, what))


def tell_of_booth(
    uow: UnitOfWork, fair: JobFair, registration: FairRegistration, what: str, booth: str, *, once: str
) -> None:
    """Something became of a ``booth`` on the day that somebody waits for or planned to visit (``what``: see below)."""
    user = _user_of(uow, registration)
    if user is not None:
        send(
            uow,
            user,
            group=MessageGroup.FAIR,
            title=lambda: booth_words(what, booth)[0],
            body=lambda: booth_words(what, booth)[1],
            link=f"/fairs/{fair.public_id}/tickets/{registration.public_id}",
            once=once,
            by_sms=True,
            sms=lambda: " ".join(booth_words(what, booth)),
        )
    elif registration.phone_sealed is not None and has_gateway():
        uow.enqueue("visitors.tell", registration_id=registration.id, what=what, booth=booth)


def booth_words(what: str, booth: str) -> tuple[str, str]:
    """Head and body: an exhibitor left, came back at once, or moved to another booth."""
    if what == "left":
        return _("您排队的单位提前离场了"), _("%(booth)s。您的号取消了，请看看其他展位。", booth=booth)
    if what == "back":
        return _("您排队的单位没有离场"), _("%(booth)s。您的号还在排。", booth=booth)
    return _("您要去的单位换了展位"), _("%(booth)s。排着的号不变。", booth=booth)


def _user_of(uow: UnitOfWork, registration: FairRegistration) -> User | None:
    person = uow.session.get(Person, registration.person_id) if registration.person_id is not None else None
    return uow.session.get(User, person.user_id) if person is not None and person.user_id is not None else None


def _tell(uow: UnitOfWork, fair: JobFair, registration: FairRegistration, what: str) -> bool:
    """Send it where somebody reads it; whether there was such a place."""
    user = _user_of(uow, registration)
    if user is not None:
        # A fair that moves twice is told twice; a reminder belongs to the day it reminds of.
        occasion = uow.now if what in {"moved", "canceled"} else fair.opens_at
        sent = send(
            uow,
            user,
            group=MessageGroup.FAIR,
            title=lambda: head_words(fair, what),
            body=lambda: body_words(fair, registration, what),
            link=f"/fairs/{fair.public_id}/tickets/{registration.public_id}",
            once=f"fair:{registration.public_id}:{what}:{registration.registered_at:%Y%m%d%H%M%S}:{occasion:%y%m%d%H%M}",
            by_sms=what in {"promoted", "tomorrow", "soon", "moved", "canceled"},
            sms=lambda: sms_words(fair, registration, what) if what in {"moved", "canceled"} else "",
        )
        return sent is not None
    if registration.phone_sealed is not None and has_gateway():
        uow.enqueue("visitors.tell", registration_id=registration.id, what=what)
        return True
    return False
