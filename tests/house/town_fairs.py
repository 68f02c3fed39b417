"""Fairs for one side of the town: one that is published, and a draft.

The rooms above planning hang their own rows on ``fair_of`` and name them in ``FAIR_NAMES``.
"""

from __future__ import annotations

from datetime import timedelta

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.fairs.halls.services.laying import add_item, lay_rows, make_hall
from jobmatch.fairs.halls.states import HallItemKind
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.services.fairs import FairPlan, create_fair, publish_fair
from jobmatch.fairs.planning.services.lines import save_broadcast, save_money
from jobmatch.fairs.planning.services.papers import hand_in_paper
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairMode, MoneyKind

FAIR_NAMES = {
    "public_id": "fair",
    "paper_id": "fair paper",
    "broadcast_id": "fair broadcast",
    "line_id": "fair line",
    "kind": "=method",
    "code": "=fs01",
    "registration_id": "fair registration",
    "booth_id": "fair booth place",
    "item_id": "fair thing",
    "output": "=booklet.pdf",
}
"""What the arguments of ``/staff/fairs/…`` name."""


def fair_of(uow: UnitOfWork, public_id: str) -> JobFair:
    """The town's fair with this public id."""
    return uow.session.query(JobFair).filter_by(public_id=public_id).one()


def fair_rows(uow: UnitOfWork, station: Organization, clerk_id: int) -> dict[str, str]:
    """A published fair in three weeks with its papers and lines, and a draft."""
    opens_at = uow.now + timedelta(days=21)
    plan = FairPlan(
        title="测试专场招聘会",
        mode=FairMode.BOTH,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=6),
        place="测试体育馆",
        address="测试路 1 号",
        contact_name="测试联系人",
        contact_phone="0731-5550000",
        capacity=100,
        booth_capacity=20,
    )
    fair = create_fair(uow, plan, organization=station)
    content = b"%PDF-1.7\n%%EOF\n"
    papers = [
        hand_in_paper(uow, fair, kind=kind, upload=Upload("测试.pdf", Kind.PDF, content)) for kind in LEGAL_PAPERS
    ]
    publish_fair(uow, fair)
    money = save_money(uow, fair, None, kind=MoneyKind.COST, label="场地租金", planned_yuan=3000)
    broadcast = save_broadcast(uow, fair, None, title="测试直播", starts_at=opens_at)
    hall = make_hall(uow, fair, name="测试大厅", rows=6, cols=10)
    booth = lay_rows(uow, fair, hall, row=3, col=2, rows=1, per_row=2)[0]
    thing = add_item(uow, fair, hall, HallItemKind.ENTRANCE, row=1, col=1)
    uow.session.add(FairHelper(fair_id=fair.id, user_id=clerk_id, created_at=uow.now))
    uow.session.flush()
    return {
        "fair": fair.public_id,
        "fair booth place": booth.public_id,
        "fair thing": thing.public_id,
        "draft fair": create_fair(uow, plan, organization=station).public_id,
        "fair paper": papers[0].public_id,
        "fair broadcast": broadcast.public_id,
        "fair line": str(money.id),
    }
