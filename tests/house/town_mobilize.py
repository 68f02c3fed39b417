"""Rows of the mobilisation for one side of the town: a fair, somebody to call, a bus and who rides in it."""

from __future__ import annotations

from datetime import timedelta

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.visitors.models import FairCall
from jobmatch.fairs.visitors.services.rides import add_stop, choose_stop, save_shuttle
from jobmatch.people.models.person import Person
from tests.fairs.help import make_fair, make_registration

_NAMES = {
    "public_id": "called fair",
    "station_id": "station",
    "call_id": "call",
    "ride_id": "shuttle",
    "stop_id": "shuttle stop",
    "registration_id": "rider",
}
MOBILIZE_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = tuple(
    (f"/staff/fairs/<public_id>/{part}", _NAMES) for part in ("calls", "plans", "rides", "stations")
)


def mobilize_rows(uow: UnitOfWork, station: Organization, person: Person) -> dict[str, str]:
    """A published fair of the station with one call and one bus."""
    fair = make_fair(uow, region_path=station.region_path, organization=station, title="测试动员招聘会")
    call = FairCall(
        fair_id=fair.id, person_id=person.id, station_id=station.id, region_path=person.region_path, score=0.8
    )
    uow.session.add(call)
    bus = save_shuttle(uow, fair, None, name="1 号车", seats=45)
    stop = add_stop(uow, fair, bus, place="测试路口", leaves_at=fair.opens_at - timedelta(hours=1))
    rider = make_registration(uow, fair, region_path=person.region_path)
    choose_stop(uow, fair, rider, stop)
    return {
        "called fair": fair.public_id,
        "call": call.public_id,
        "shuttle": bus.public_id,
        "shuttle stop": stop.public_id,
        "rider": rider.public_id,
    }
