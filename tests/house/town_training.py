"""Rows of training and start-ups in the town, for the pages of every role."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.house.town_classroom import CLASSROOM_SUBJECTS, classroom_rows
from tests.house.town_enrollment import ENROLLMENT_SUBJECTS, enrollment_rows
from tests.house.town_parks import PARK_SUBJECTS, park_rows

TRAINING_SUBJECTS = (*PARK_SUBJECTS, *CLASSROOM_SUBJECTS, *ENROLLMENT_SUBJECTS)


def training_rows(
    uow: UnitOfWork, station: Organization, person: Person, path: str, bird: str
) -> dict[str, str]:
    """A class with its lessons and an incubator with its tenants; the ids by what they name."""
    ids = park_rows(uow, person, path, bird) | classroom_rows(uow, station, person, bird)
    return ids | enrollment_rows(uow, station, person, bird)
