"""What the pages of the room share: loading rows through their policies, and answering with a file."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, g, make_response
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry, RosterImport
from jobmatch.casework.intake.policies import stations_in_reach, visible_batches, visible_entries, visible_intakes
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork


def batch_named(uow: UnitOfWork, public_id: str) -> IntakeBatch:
    """A batch the actor may see. Raises ``NotFound``."""
    found: IntakeBatch = uow.one(
        visible_batches(uow.actor, select(IntakeBatch).where(IntakeBatch.public_id == public_id))
    )
    return found


def entry_named(uow: UnitOfWork, public_id: str) -> RosterEntry:
    """A line of a roster the actor may see. Raises ``NotFound``."""
    found: RosterEntry = uow.one(
        visible_entries(uow.actor, select(RosterEntry).where(RosterEntry.public_id == public_id))
    )
    return found


def intake_named(uow: UnitOfWork, public_id: str) -> Intake:
    """An intake the actor may see. Raises ``NotFound``."""
    found: Intake = uow.one(visible_intakes(uow.actor, select(Intake).where(Intake.public_id == public_id)))
    return found


def import_named(uow: UnitOfWork, public_id: str) -> tuple[RosterImport, IntakeBatch]:
    """An import of a batch the actor may see, with the batch. Raises ``NotFound``."""
    query = select(RosterImport, IntakeBatch).join(IntakeBatch, IntakeBatch.id == RosterImport.batch_id)
    run, batch = uow.one(visible_batches(uow.actor, query.where(RosterImport.public_id == public_id)))
    return run, batch


def station_named(uow: UnitOfWork, public_id: str) -> Organization:
    """A station of the actor's subtree. Raises ``NotFound``."""
    found: Organization = uow.one(
        stations_in_reach(uow.actor, select(Organization).where(Organization.public_id == public_id))
    )
    return found


def current_actor() -> Actor:
    """The reader, also in a slow view, which has no unit around it."""
    actor: Actor = g.actor
    return actor


def as_file(content: bytes, name: str, mimetype: str) -> Response:
    """An answer that is saved under ``name`` and kept by no cache."""
    answer = make_response(content)
    answer.mimetype = mimetype
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
