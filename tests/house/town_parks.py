"""One side's incubator: a venture of the person that applied and sits there, a mentor, a talk, an event."""

from __future__ import annotations

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.training.help_parks import desks_of, make_incubator, make_mentor, make_tenancy, make_venture
from training.incubation.parks.models import MentorTalk, ParkEvent, TenancyMove
from training.incubation.parks.states import TenancyState

_OWN = {
    "space_id": "space",
    "mentor_id": "mentor",
    "event_id": "park event",
    "tenancy_id": "tenancy",
}
PARK_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/incubators/", {"public_id": "incubator"}),
    ("/incubator/", _OWN),
    ("/staff/incubators/", {"public_id": "incubator", **_OWN}),
    ("/my/tenancy/talks/", {"talk_id": "mentor talk"}),
    ("/my/tenancy/", {"tenancy_id": "tenancy"}),
    ("/notices/incubation/", {"tenancy_id": "noticed tenancy"}),
)


def park_rows(uow: UnitOfWork, person: Person, path: str, bird: str) -> dict[str, str]:
    """Open on the near side; closed on the far one, whose public notice is over too."""
    is_near = bird == "KANARI"
    park = make_incubator(uow, path=path, is_open=is_near, name=f"测试孵化园{'近' if is_near else '远'}")
    venture = make_venture(uow, person, path=person.region_path)
    tenancy = make_tenancy(uow, park, venture, state=TenancyState.INCUBATED, desks=1)
    state = TenancyState.NOTICED if is_near else TenancyState.REJECTED
    noticed = make_tenancy(uow, park, make_venture(uow, path=person.region_path), state=state)
    mentor = make_mentor(uow, park, phone=f"{bird}-MENTOR")
    talk = MentorTalk(
        mentor_id=mentor.id,
        venture_id=venture.id,
        happened_on=uow.today,
        minutes=60,
        topic="定价",
        recorded_at=uow.now,
    )
    event = ParkEvent(incubator_id=park.id, held_on=uow.today, title="测试沙龙", people_count=9)
    move = TenancyMove(tenancy_id=tenancy.id, after=tenancy.state.value, at=uow.now)
    uow.session.add_all([talk, event, move])
    uow.session.flush()
    return {
        "incubator": park.public_id,
        "space": desks_of(uow, park)[1].public_id,
        "tenancy": tenancy.public_id,
        "noticed tenancy": noticed.public_id,
        "mentor": mentor.public_id,
        "mentor talk": talk.public_id,
        "park event": event.public_id,
    }
