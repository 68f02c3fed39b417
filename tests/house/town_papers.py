"""An order of a monthly paper for one side of the town."""

from __future__ import annotations

from jobmatch.accounts.models import User
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.papers.models import PaperOrder
from jobmatch.reports.papers.states import PaperKind

PAPER_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/staff/papers/", {"kind": "=monthly", "code": "=T3.fairs", "order_id": "paper order"}),
)


def paper_rows(uow: UnitOfWork, clerk: User, path: str) -> dict[str, str]:
    """A monthly paper of the clerk on the first."""
    order = PaperOrder(
        kind=PaperKind.MONTHLY,
        region_path=path,
        user_id=clerk.id,
        month_day=1,
        next_on=uow.today,
        created_at=uow.now,
    )
    uow.session.add(order)
    uow.session.flush()
    return {"paper order": order.public_id}
