"""What employers are told about fairs."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.accounts.queries import members_of
from jobmatch.core.clock import local_day
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.reference.models import Reason
from recruiters.employers.models import Employer


def tell_invited(uow: UnitOfWork, fair: JobFair, employer: Employer) -> bool:
    """Ask the members of an employer to come; returns whether there was anybody to tell."""
    day = day_words(local_day(fair.opens_at))
    return _tell(
        uow,
        fair,
        employer,
        "invited",
        lambda: _("请您参加：%(title)s", title=fair.title),
        lambda: _("%(day)s，%(place)s。来不来都请回一下。", day=day, place=fair.place or _("地点另行通知")),
    )


def tell_decision(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> None:
    """Tell an exhibitor how it stands; its employer is loaded."""
    state = exhibitor.state
    occasion = f"{state.value}:{uow.now:%Y%m%d%H%M%S%f}"
    _tell(
        uow,
        fair,
        exhibitor.employer,
        occasion,
        lambda: _("%(title)s：%(state)s", title=fair.title, state=state.label),
        lambda: _words(uow, exhibitor),
    )


def tell_booth(
    uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, number: str, hall: str, *, has_power: bool
) -> bool:
    """Tell an exhibitor its booth, each number once; returns whether there was anybody to tell."""
    return _tell(
        uow,
        fair,
        exhibitor.employer,
        f"booth:{number}",
        lambda: _("%(title)s：您的展位是 %(number)s 号", title=fair.title, number=number),
        lambda: _("；").join(
            [
                hall,
                _("有电源") if has_power else _("没有电源"),
                _("当天到签到处报这 6 位数：%(code)s。", code=exhibitor.sign_code),
            ]
        ),
    )


def _words(uow: UnitOfWork, exhibitor: Exhibitor) -> str:
    if exhibitor.state is ExhibitorState.ACCEPTED:
        return _("当天到签到处报这 6 位数：%(code)s。", code=exhibitor.sign_code)
    if exhibitor.state is ExhibitorState.WAITING:
        return _("展位满了。您排第 %(n)s 号，有单位退出就按号补上。", n=exhibitor.waiting_number)
    reason = uow.session.get(Reason, exhibitor.reason_code) if exhibitor.reason_code else None
    return _("；").join(word for word in (reason.name_zh if reason else "", exhibitor.review_note) if word)


def _tell(
    uow: UnitOfWork,
    fair: JobFair,
    employer: Employer,
    occasion: str,
    title: Callable[[], str],
    body: Callable[[], str],
) -> bool:
    members = members_of(uow.session, employer.organization_id)
    for user in members:
        send(
            uow,
            user,
            group=MessageGroup.FAIR,
            title=title,
            body=body,
            link=f"/employer/fairs/{fair.public_id}",
            once=f"fair:{fair.public_id}:{occasion}",
        )
    return bool(members)
