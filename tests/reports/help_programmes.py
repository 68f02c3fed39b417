"""A small world of programmes whose figures are counted by hand, and the reading of figures; every name is invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import FairWish
from jobmatch.fairs.day.states import WishKind
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.outcomes.states import FollowUpResult, FollowUpSource
from jobmatch.fairs.planning.states import FairPart
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.reports.indicators import fairs, training, ventures
from jobmatch.reports.indicators.base import Figure, Ratio, Scope, Value, by_code, count, measure
from recruiters.employers.states import EmployerKind
from tests.factories import PATH_COUNTY, make_employer, make_person
from tests.fairs.help import make_exhibitor, make_fair_posting
from tests.fairs.outcome_help import booth, closed_fair, make_intention, visitor

MODULES = (fairs, training, ventures)
KNOWN: dict[str, Figure | Ratio] = by_code([one for module in MODULES for one in (*module.FIGURES, *module.RATIOS)])
R = FollowUpResult


def scope_of(uow: UnitOfWork, *, days: int = 60, path: str = PATH_COUNTY, until: date | None = None) -> Scope:
    """The last days of a place."""
    end = until or uow.today
    return Scope(uow, path, end - timedelta(days=days), end)


def number(scope: Scope, code: str) -> int:
    """The number of a figure by its code."""
    figure = KNOWN[code]
    assert isinstance(figure, Figure)
    return count(scope, figure)


def value(scope: Scope, code: str) -> Value:
    """The value of a ratio by its code."""
    ratio = KNOWN[code]
    assert isinstance(ratio, Ratio)
    return measure(scope, ratio)


def answer(uow: UnitOfWork, intention: Any, result: FollowUpResult, **values: Any) -> None:
    """What was found out about an intention after 7 days."""
    uow.session.add(
        FairFollowUp(
            intention_id=intention.id,
            day=7,
            due_on=uow.today,
            result=result,
            source=FollowUpSource.STAFF,
            answered_at=uow.now,
            **values,
        )
    )
    uow.session.flush()


def two_fairs(uow: UnitOfWork) -> dict[str, Any]:
    """Two fairs held 40 and 20 days ago and one that was only joined.

    One employer came to both, a state-owned one to the first; somebody has intentions at both fairs, somebody at one,
    a stranger none; a family member came once.
    """
    both = make_employer(uow)
    returning, second, family = make_person(uow), make_person(uow), make_person(uow)
    found: dict[str, Any] = {"returning": returning, "second": second}
    posting = None
    for name, days_ago, heads in (("first", 40, 4), ("last", 20, 6)):
        fair = closed_fair(uow, days_ago=days_ago)
        exhibitor = make_exhibitor(uow, fair, employer=both, came=True)
        stand = make_fair_posting(uow, exhibitor, posting=posting, vacancies=heads)
        posting = stand.posting
        here = visitor(uow, fair, person=returning, kind=VisitorKind.VETERAN)
        found[name], found[f"{name}_intention"] = fair, make_intention(uow, here, stand)
        found[f"{name}_stand"], found[f"{name}_here"] = stand, here
    first = found["first"]
    state_owned = make_exhibitor(uow, first, employer=make_employer(uow, kind=EmployerKind.STATE_OWNED), came=True)
    other_stand = make_fair_posting(uow, state_owned, vacancies=3)
    make_fair_posting(uow, make_exhibitor(uow, first), vacancies=500)
    make_intention(uow, found["first_here"], other_stand)
    found["second_intention"] = make_intention(
        uow, visitor(uow, first, person=second, kind=VisitorKind.VETERAN), other_stand, hired=False
    )
    make_intention(uow, visitor(uow, first, kind=VisitorKind.OTHER), other_stand, person=False)
    visitor(uow, first, person=family, kind=VisitorKind.MILITARY_DEPENDANT)
    for kind, count_ in ((WishKind.POLICY, 3), (WishKind.TRAINING, 2), (WishKind.START_UP, 1)):
        registration = found["first_here"] if kind is WishKind.TRAINING else None
        for _n in range(count_):
            uow.session.add(
                FairWish(
                    fair_id=first.id, kind=kind, at=first.opens_at, registration_id=registration and registration.id
                )
            )
    joined = closed_fair(uow, days_ago=10, part=FairPart.JOINED)
    _exhibitor, stand = booth(uow, joined)
    make_intention(uow, visitor(uow, joined), stand)
    uow.session.flush()
    return found
