"""What the console command and the demo county ask of matching."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.matching.fitting import promote_ranker, set_rules_only
from jobmatch.matching.index import pools
from jobmatch.matching.quality import version_of, version_rows
from jobmatch.matching.queries import model_named
from jobmatch.matching.services import fit_ranker, recommend_postings
from jobmatch.people.models.person import Person
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


def fit_for_cli(runtime: Runtime) -> dict[str, Any]:
    """Fit, keep and, where it passed, use a ranker; its id, whether it is in use, and its card."""
    with runtime.unit(system_actor("cli")) as uow:
        model = fit_ranker(uow)
        return {"id": model.public_id, "is_active": model.is_active, **model.card}


def list_models(runtime: Runtime) -> list[dict[str, Any]]:
    """All versions, the newest first, as plain values."""
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        return [
            {
                "id": one.public_id,
                "fitted_at": one.fitted_at.isoformat(),
                "window": [day.isoformat() for day in one.window],
                "rows": one.rows,
                "ndcg_at_10": one.figures["ndcg_at_10"][0],
                "recall_at_50": one.figures["recall_at_50"][0],
                "verdict": one.verdict,
                "has_passed": one.has_passed,
                "is_active": one.is_active,
                "promoted_by": one.promoted_by,
                "promoted_at": one.promoted_at.isoformat() if one.promoted_at else "",
            }
            for one in map(version_of, uow.rows(version_rows()))
        ]


def promote_model(runtime: Runtime, public_id: str) -> None:
    """Put a version into use. Raises ``NotFound`` or ``Conflict``."""
    with runtime.unit(system_actor("cli")) as uow:
        promote_ranker(uow, uow.one(model_named(public_id)))


def switch_rules(runtime: Runtime, *, is_on: bool) -> str:
    """Turn the switch; the public id of the model in use then, empty for the rules."""
    with runtime.unit(system_actor("cli")) as uow:
        model = set_rules_only(uow, is_on=is_on)
        return model.public_id if model else ""
