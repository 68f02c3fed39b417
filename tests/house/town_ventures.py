"""A venture of the person of one side, with its founder, a step, a contest, a report and a worker."""

from __future__ import annotations

from datetime import date

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.training.help_ventures import make_venture
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.ventures.models import VentureMove
from training.incubation.ventures.queries import founders_of
from training.incubation.ventures.services.lines import add_contest, add_milestone
from training.incubation.ventures.states import ContestTrack, VentureState

_NAMES = {
    "public_id": "venture",
    "founder_id": "venture founder",
    "milestone_id": "venture milestone",
    "worker_id": "venture worker",
    "action": "=suspend",
}
VENTURE_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/staff/venture-figures", {"form": "=xlsx"}),
    ("/staff/ventures/", _NAMES),
    ("/my/venture/", _NAMES),
)


def venture_rows(uow: UnitOfWork, person: Person, bird: str) -> dict[str, str]:
    """An operating venture that reported a quarter and employs somebody."""
    venture = make_venture(uow, person, state=VentureState.OPERATING, words=f"{bird}-VENTURE", name=f"{bird}-VENTURE")
    step = add_milestone(uow, venture, title=f"{bird}-VENTURE", due_on=uow.today)
    add_contest(uow, venture, contest=f"{bird}-VENTURE", year=2026, track=ContestTrack.RURAL)
    move = VentureMove(venture_id=venture.id, after="operating", happened_on=date(2026, 1, 10), at=uow.now)
    worker = VentureWorker(
        venture_id=venture.id, name=f"{bird}-VENTURE", started_on=date(2026, 2, 1), recorded_at=uow.now
    )
    report = VentureReport(venture_id=venture.id, period_on=date(2026, 4, 1), worker_count=2, reported_at=uow.now)
    uow.session.add_all([move, worker, report])
    uow.session.flush()
    return {
        "venture": venture.public_id,
        "venture founder": founders_of(uow.session, [venture.id])[venture.id][0].public_id,
        "venture milestone": step.public_id,
        "venture worker": worker.public_id,
    }
