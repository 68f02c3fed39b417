"""What the console command and the demo county ask of matching."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.matching.index import pools
from jobmatch.matching.services import recommend_postings
from jobmatch.people.models import Person
from jobmatch.people.policies import visible_people


def recommend_for_cli(runtime: Runtime, person_public_id: str, top: int) -> list[dict[str, Any]]:
    """Recommended postings of a person as plain values: id, title, score (0 to 100), reasons and gaps as sentences.

    Raises ``NotFound`` for an unknown id.
    """
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        person = uow.one(visible_people(uow.actor, select(Person).where(Person.public_id == person_public_id)))
        return [
            {
                "id": one.public_id,
                "title": one.title,
                "score": one.score,
                "reasons": [reason.text for reason in one.reasons],
                "gaps": [reason.text for reason in one.gaps],
            }
            for one in recommend_postings(uow, person, top=top)
        ]


def rebuild_indexes(runtime: Runtime) -> None:
    """Build new bases of both pools now; after bulk work whose clock stood in the past, nothing else is right."""

    def reading() -> Any:
        return runtime.unit(system_actor("index"), writing=False)

    with reading() as uow:
        both = pools(uow.session)
    for one in both.all():
        one.rebuild(reading, anyway=True)
