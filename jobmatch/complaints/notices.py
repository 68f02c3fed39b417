"""What reporters and employers are told. An employer never reads who reported, or in which words."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.accounts.models import User
from jobmatch.accounts.queries import members_of
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.queries import kind_names
from jobmatch.complaints.states import ComplaintAction
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person


def tell_reporter(uow: UnitOfWork, complaint: Complaint, action: ComplaintAction, told: str) -> None:
    """Tell whoever reported with their account; the others read it with number and code."""
    person = uow.session.get(Person, complaint.person_id) if complaint.person_id is not None else None
    user = uow.session.get(User, person.user_id) if person is not None and person.user_id is not None else None
    if user is None:
        return
    send(
        uow,
        user,
        group=MessageGroup.ACCOUNT,
        title=lambda: _("您反映的事：%(step)s", step=action.label),
        body=lambda: told,
        link=f"/me/complaints/{complaint.public_id}",
        once=f"complaint:{complaint.public_id}:{action.value}",
    )


def tell_held(uow: UnitOfWork, complaint: Complaint, organization_id: int, count: int) -> None:
    """Tell the employer that postings wait while the office looks into something."""
    _tell_members(
        uow,
        complaint,
        organization_id,
        f"held:{uow.now:%Y%m%d%H%M%S%f}",
        lambda: _("%(n)s 个岗位先暂停，服务站在核实情况", n=count),
        lambda: _(
            "有人反映“%(kind)s”：%(subject)s。核实以后没有问题的，服务站恢复岗位。",
            kind=kind_names(uow.session).get(complaint.kind_code, ""),
            subject=complaint.subject_name,
        ),
        "/employer/complaints",
    )


def tell_asked(uow: UnitOfWork, complaint: Complaint, organization_id: int) -> None:
    """Ask the employer for its side."""
    _tell_members(
        uow,
        complaint,
        organization_id,
        f"asked:{complaint.version}",
        lambda: _("服务站请您说明一个情况"),
        lambda: complaint.question,
        f"/employer/complaints/{complaint.public_id}",
    )


def tell_decided(uow: UnitOfWork, complaint: Complaint, organization_id: int) -> None:
    """Tell the employer what was found, where it knows of the matter."""
    label = complaint.outcome.label if complaint.outcome else ""
    _tell_members(
        uow,
        complaint,
        organization_id,
        "decided",
        lambda: _("反映的情况查完了：%(outcome)s", outcome=label),
        lambda: complaint.subject_name,
        f"/employer/complaints/{complaint.public_id}",
    )


def tell_released(uow: UnitOfWork, complaint: Complaint, organization_id: int, opened: int, paused: int) -> None:
    """Tell the employer which postings run again and which it has to mend first."""
    _tell_members(
        uow,
        complaint,
        organization_id,
        "released",
        lambda: _("服务站解除了岗位的暂停"),
        lambda: (
            (_("恢复了 %(n)s 个岗位。", n=opened) if opened else "")
            + (_("%(n)s 个岗位要先改好再恢复，请到岗位页看原因。", n=paused) if paused else "")
        ),
        "/employer/postings",
    )


def _tell_members(
    uow: UnitOfWork,
    complaint: Complaint,
    organization_id: int,
    occasion: str,
    title: Callable[[], str],
    body: Callable[[], str],
    link: str,
) -> None:
    for member in members_of(uow.session, organization_id):
        send(
            uow,
            member,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=body,
            link=link,
            once=f"complaint:{complaint.public_id}:{occasion}",
        )
