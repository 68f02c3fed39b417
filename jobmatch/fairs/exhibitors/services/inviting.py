"""Inviting employers, what they answer (回执), and the calls to those who did not."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.services.throttles import brake_unknown_link
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import N_, day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors import notices
from jobmatch.fairs.exhibitors.models import FairInvitation
from jobmatch.fairs.exhibitors.policies import can_review, can_sign_up
from jobmatch.fairs.exhibitors.queries import LIVE, find_exhibitor
from jobmatch.fairs.exhibitors.services.absences import bans_of
from jobmatch.fairs.exhibitors.services.attending import NOTHING_SAID, Coming, put_coming
from jobmatch.fairs.exhibitors.states import InvitationReply, InvitationWay
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState

INVITED_IN = (FairState.DRAFT, FairState.PUBLISHED)
MOST_AT_ONCE = 200


class CallSaid(LabelledEnum):
    """What a phone call gave, in one tap."""

    COMING = "coming", N_("参会")
    NOT_COMING = "not_coming", N_("不参会")
    MAYBE = "maybe", N_("待定")
    NOT_REACHED = "not_reached", N_("没打通")


@dataclass(frozen=True, slots=True)
class InviteAnswer:
    """What became of one row: ``token`` is the address of an employer without an account, shown this once."""

    employer: Employer
    is_done: bool
    words: str = ""
    token: str = ""


def invite_employers(
    uow: UnitOfWork,
    fair: JobFair,
    employer_ids: Sequence[int],
    *,
    scores: Mapping[int, float] | None = None,
    anyway: bool = False,
) -> list[InviteAnswer]:
    """Ask employers to come, each once; answers row by row, in their order.

    One that is banned is asked only with ``anyway``. ``scores`` are those of the ranking, by employer.
    Raises ``Conflict`` where nobody is invited to this fair any more.
    """
    require(can_review(uow.actor, fair))
    if fair.state not in INVITED_IN:
        raise Conflict(_("这场招聘会现在不再邀请单位"))
    ids = list(dict.fromkeys(employer_ids))[:MOST_AT_ONCE]
    query = select(Employer).where(Employer.id.in_(ids)).options(joinedload(Employer.organization))
    known = {row.id: row for row in uow.session.scalars(query)}
    asked = (FairInvitation.fair_id == fair.id, FairInvitation.employer_id.in_(ids))
    invited = set(uow.session.scalars(select(FairInvitation.employer_id).where(*asked)))
    bans = bans_of(uow.session, ids, local_day(fair.opens_at))
    answers = []
    for employer in (known[one] for one in ids if one in known):
        until = bans.get(employer.id)
        if employer.id in invited:
            answers.append(InviteAnswer(employer, False, _("已经邀请过")))
        elif employer.vetting is not VettingState.VETTED:
            answers.append(InviteAnswer(employer, False, _("资质还没有审核通过")))
        elif until is not None and not anyway:
            words = _("缺席次数多，停订到 %(day)s。仍要邀请，请勾上“停订的也邀请”", day=day_words(until))
            answers.append(InviteAnswer(employer, False, words))
        else:
            answers.append(_invite(uow, fair, employer, (scores or {}).get(employer.id)))
    uow.audit("fair.invite", fair, count=sum(one.is_done for one in answers))
    return answers


def _invite(uow: UnitOfWork, fair: JobFair, employer: Employer, score: float | None) -> InviteAnswer:
    row = FairInvitation(
        fair_id=fair.id,
        employer_id=employer.id,
        way=InvitationWay.LIST if score is None else InvitationWay.RANKED,
        score=score,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    token = "" if notices.tell_invited(uow, fair, employer) else _new_token(row)
    uow.session.flush()
    return InviteAnswer(employer, True, _("要把链接发过去") if token else _("已发消息"), token)


def _new_token(row: FairInvitation) -> str:
    token = secrets.token_urlsafe(32)
    row.token_sha256 = token_hash(token)
    return token


def make_reply_link(uow: UnitOfWork, fair: JobFair, invitation: FairInvitation) -> str:
    """A fresh address to answer under; returns its token, which is stored nowhere. The older one is over."""
    require(can_review(uow.actor, fair))
    _expect_open(uow, fair)
    token = _new_token(invitation)
    uow.session.flush()
    uow.audit("fair_invitation.link", invitation)
    return token


def reply_invitation(
    uow: UnitOfWork,
    fair: JobFair,
    invitation: FairInvitation,
    *,
    reply: str,
    coming: Coming = NOTHING_SAID,
    note: str = "",
) -> FairInvitation:
    """What the employer answers; it may change its mind until the fair begins. Raises ``Invalid``, ``Conflict``.

    Staff key in what they were told on the phone; then the call is noted too.
    """
    require(can_sign_up(uow.actor, fair, uow.session.get_one(Employer, invitation.employer_id)))
    _expect_open(uow, fair)
    if reply not in set(InvitationReply) - {InvitationReply.NONE}:
        raise Invalid(fields={"reply": _("请选一个：参会、不参会或者待定")})
    said, exhibitor = InvitationReply(reply), find_exhibitor(uow.session, fair.id, invitation.employer_id)
    is_signed = exhibitor is not None and exhibitor.state in LIVE
    if is_signed and said is not InvitationReply.COMING:
        raise Conflict(_("已经报了名，不来要取消报名。请打电话给服务中心"))
    for row in (invitation, exhibitor if is_signed else None):
        if row is not None:
            put_coming(row, NOTHING_SAID if said is InvitationReply.NOT_COMING else coming)
    invitation.note = note.strip()[:200]
    invitation.reply, invitation.replied_at = said, uow.now
    if can_review(uow.actor, fair) and not uow.actor.is_system:
        _note_called(uow, invitation, said.label)
    uow.session.flush()
    uow.audit("fair_invitation.reply", invitation, reply=said.value)
    return invitation


def _note_called(uow: UnitOfWork, invitation: FairInvitation, words: str) -> None:
    invitation.called_at, invitation.called_by_id = uow.now, uow.actor.user_id
    invitation.call_note = words


def note_call(
    uow: UnitOfWork, fair: JobFair, invitation: FairInvitation, *, said: str, note: str = ""
) -> FairInvitation:
    """A phone call and what it gave. Raises ``Invalid`` for no answer, ``Conflict`` where the fair has begun."""
    require(can_review(uow.actor, fair))
    if said not in set(CallSaid):
        raise Invalid(fields={"said": _("请选一个")})
    _expect_open(uow, fair)
    if said != CallSaid.NOT_REACHED:
        invitation.reply, invitation.replied_at = InvitationReply(said), uow.now
    _note_called(uow, invitation, note.strip()[:200] or CallSaid(said).label)
    uow.session.flush()
    uow.audit("fair_invitation.call", invitation, said=said)
    return invitation


def _expect_open(uow: UnitOfWork, fair: JobFair) -> None:
    if fair.state not in INVITED_IN or uow.now >= fair.opens_at:
        raise Conflict(_("这场招聘会已经不收回执。有事请打电话给服务中心"))


# ---------- by link, without an account ----------


def open_link(uow: UnitOfWork, token: str) -> tuple[FairInvitation, JobFair, Employer]:
    """What a link opens, until the fair is over. Raises ``NotFound``."""
    query = (
        select(FairInvitation, JobFair, Employer)
        .join(JobFair, JobFair.id == FairInvitation.fair_id)
        .join(Employer, Employer.id == FairInvitation.employer_id)
        .options(joinedload(Employer.organization))
        .where(FairInvitation.token_sha256 == token_hash(token), JobFair.closes_at > uow.now)
    )
    row = uow.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(_("这个链接不对，或者已经换了新的。请打电话问服务中心"))
    return row[0], row[1], row[2]


def count_try(uow: UnitOfWork, token: str) -> None:
    """Count a press on an unknown link. Raises ``Limited``."""
    brake_unknown_link(uow, token, lambda: open_link(uow, token))


def reply_by_link(uow: UnitOfWork, token: str, *, reply: str, coming: Coming, note: str) -> FairInvitation:
    """What the holder of a link answers; it can do nothing else. Raises ``NotFound``, ``Invalid``, ``Conflict``."""
    invitation, fair, _employer = open_link(uow, token)
    holder = uow.acting_as(system_actor(_("手机链接")))
    return reply_invitation(holder, fair, invitation, reply=reply, coming=coming, note=note)
