"""Orders of papers that come back: taken, stopped, and sent as a link to the paper."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.accounts.queries import actor_for, usable_memberships
from jobmatch.core.errors import Invalid, require
from jobmatch.core.files import store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.mail import has_mail
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.documents import MIMETYPES
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.reference.rules import add_months
from jobmatch.reports.papers.models import PaperOrder
from jobmatch.reports.papers.periods import last_period
from jobmatch.reports.papers.policies import can_change_order, can_write_paper
from jobmatch.reports.papers.queries import find_order
from jobmatch.reports.papers.states import PaperFormat, PaperKind

LAST_DAY = 28
"""The last day of a month that every month has."""


def next_day(kind: PaperKind, month_day: int, after: date) -> date:
    """The first day of an order after ``after``: in every month, of quarterly papers in the first one of a quarter."""
    step = 3 if kind is PaperKind.QUARTERLY else 1
    first = after.replace(month=(after.month - 1) // step * step + 1, day=month_day)
    return first if first > after else add_months(first, step)


def order_paper(
    uow: UnitOfWork, path: str, *, kind: str, month_day: int | None, form: str = PaperFormat.DOCX
) -> PaperOrder:
    """Have a paper of ``path`` made again and again on a day of the month; ordering it again changes the day.

    Raises ``Invalid`` for a kind, format or day that there is not.
    """
    require(can_write_paper(uow.actor, path) and uow.actor.user_id is not None)
    fields = {}
    if kind not in set(PaperKind):
        fields["kind"] = _("请从列表里选一项")
    if form not in set(PaperFormat):
        fields["format"] = _("请从列表里选一项")
    if month_day is None or not 1 <= month_day <= LAST_DAY:
        fields["month_day"] = _("请填 1 到 28，每个月都有的日子")
    if fields or month_day is None or uow.actor.user_id is None:
        raise Invalid(fields=fields)
    chosen = PaperKind(kind)
    row = find_order(uow.session, uow.actor.user_id, chosen, path)
    if row is None:
        row = PaperOrder(kind=chosen, region_path=path, user_id=uow.actor.user_id, created_at=uow.now)
        uow.session.add(row)
    row.format, row.month_day, row.is_active = PaperFormat(form), month_day, True
    row.next_on = next_day(chosen, month_day, uow.today)
    uow.session.flush()
    uow.audit("paper.order", row, kind=chosen.value, month_day=month_day)
    return row


def stop_order(uow: UnitOfWork, order: PaperOrder) -> None:
    """No longer make it; stopping twice does nothing more."""
    require(can_change_order(uow.actor, order))
    if not order.is_active:
        return
    order.is_active = False
    uow.session.flush()
    uow.audit("paper.stop", order, kind=order.kind.value)


def keep_entitled(uow: UnitOfWork, order_ids: list[int]) -> list[int]:
    """The orders whose owners may still write papers there; the others are stopped, since rights count on the day."""
    require(uow.actor.is_system)
    kept = []
    for order in uow.session.scalars(select(PaperOrder).where(PaperOrder.id.in_(order_ids)).order_by(PaperOrder.id)):
        if _is_entitled(uow, order):
            kept.append(order.id)
        else:
            order.is_active = False
            uow.audit("paper.stop", order, result="refused", kind=order.kind.value)
    return kept


def _is_entitled(uow: UnitOfWork, order: PaperOrder) -> bool:
    user = uow.session.get(User, order.user_id)
    if user is None or not user.is_active:
        return False
    held = usable_memberships(uow.session, user.id, by_password=True, now=uow.now)
    return any(can_write_paper(actor_for(uow.session, user, one), order.region_path) for one, _office in held)


def paper_link(order: PaperOrder, day: date) -> str:
    """The page of the paper that an order brings on a day."""
    period = last_period(order.kind, day)
    return f"/staff/papers/{order.kind.value}?period={period.key}&path={order.region_path}"


def is_mailed(uow: UnitOfWork, order: PaperOrder) -> bool:
    """Whether the paper goes out as a file: whoever ordered it gave an e-mail address."""
    return has_mail() and uow.session.get_one(User, order.user_id).email_sealed is not None


def send_ordered(
    uow: UnitOfWork, order: PaperOrder, title: str, *, gap_count: int, content: bytes | None = None
) -> bool:
    """Tell whoever ordered that the paper is made, with a link to it, and set the next day.

    The message holds no number and no name; the page asks who reads. ``content``, the paper as a file, goes with the
    e-mail. Returns False where it was told before.
    """
    require(uow.actor.is_system)
    if not order.is_active or order.next_on > uow.today:
        return False
    day = order.next_on
    user = uow.session.get_one(User, order.user_id)
    warning = (lambda: _("有 %(n)s 处台账不能证实，打开看一下再用。", n=gap_count)) if gap_count else ""
    name, mimetype = f"{title}.{order.format.value}", MIMETYPES[order.format.value]
    file = store_file(uow, content, name=name, mimetype=mimetype) if content is not None else None
    send(
        uow,
        user,
        group=MessageGroup.ACCOUNT,
        title=lambda: _("%(paper)s做好了", paper=title),
        body=warning,
        link=paper_link(order, day),
        once=f"paper:{order.public_id}:{day}",
        file=file,
    )
    order.next_on = next_day(order.kind, order.month_day, uow.today)
    uow.session.flush()
    return True
