"""One side's fair with the people of it: the person of the town, and somebody without a file."""

from __future__ import annotations

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.services.registering import register_for, register_own
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.people.models.person import Person
from tests.fairs.help import make_exhibitor, make_fair_posting

VISITOR_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/fairs/", {"public_id": "fair", "ticket_id": "fair ticket"}),
    ("/me/fairs/", {"public_id": "fair"}),
)


def visitor_rows(uow: UnitOfWork, fair: JobFair, person: Person, bird: str, *, is_near: bool) -> dict[str, str]:
    """Published on the near side; a draft on the far one, which nobody here may see."""
    make_fair_posting(uow, make_exhibitor(uow, fair))
    own = register_own(uow, fair, person).registration
    other = register_for(
        uow, fair, name=f"测试{bird}-VISITOR", phone="", id_tail="1234", kind=VisitorKind.OTHER, wish=f"{bird}-VISITOR"
    ).registration
    if not is_near:
        fair.state = FairState.DRAFT
    uow.session.flush()
    return {
        "fair ticket": own.public_id,
        "fair registration": other.public_id,
    }
