"""What one side's office gives: a policy, a support of the person's venture with a payment and a paper, a notice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.core.files import store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.training.help_parks import make_venture
from tests.training.help_support import approved, make_policy
from training.incubation.support.models import SupportBudget, SupportPaper, SupportPayment
from training.incubation.support.services.paying import pay_support
from training.incubation.support.states import SupportState
from training.incubation.ventures.models import Venture

_OWN = {"public_id": "support", "payment_id": "support payment", "paper_id": "support paper"}
SUPPORT_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/staff/supports/policies/", {"public_id": "support policy"}),
    ("/staff/supports/", _OWN),
    ("/my/supports/", _OWN),
    ("/notices/support/", {"public_id": "noticed support"}),
)


def support_rows(uow: UnitOfWork, person: Person, path: str, bird: str) -> dict[str, str]:
    """A support that is half paid, and one in public notice on the near side, whose notice is over on the far one."""
    policy = make_policy(uow, path=path, title=f"{bird}-POLICY", is_active=bird == "KANARI")
    venture = uow.session.scalars(select(Venture).where(Venture.person_id == person.id)).first() or make_venture(
        uow, person, path=person.region_path
    )
    policy.is_active = True
    support = approved(uow, policy, venture)
    payment: SupportPayment = pay_support(uow, support, yuan=1000, on=uow.today, voucher="记-1")
    file = store_file(uow, b"%PDF-1.7\n%%EOF\n", name="证明.pdf", mimetype="application/pdf")
    paper = SupportPaper(support_id=support.id, file_id=file.id, note=f"{bird}-POLICY", created_at=uow.now)
    shown = approved(uow, make_policy(uow, path=path, kind="IS02"), make_venture(uow, path=person.region_path))
    is_near = bird == "KANARI"
    shown.state = SupportState.NOTICED
    shown.noticed_from = uow.today - timedelta(days=9)
    shown.noticed_until = uow.today + timedelta(days=2 if is_near else -1)
    budget = SupportBudget(region_path=path, year=uow.today.year, kind_code=policy.kind_code, amount_yuan=90_000)
    uow.session.add_all([paper, budget])
    uow.session.flush()
    policy.is_active = is_near
    return {
        "support policy": policy.public_id,
        "support": support.public_id,
        "support payment": payment.public_id,
        "support paper": paper.public_id,
        "noticed support": shown.public_id,
    }
