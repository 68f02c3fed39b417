"""Saying what somebody may be called on for, and taking a team's list along."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from jobmatch.casework.teams.models import PersonTag
from jobmatch.casework.teams.states import TalentTag
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out, touch


def save_tags(uow: UnitOfWork, person: Person, tags: Sequence[str], *, note: str = "") -> list[TalentTag]:
    """The tags somebody carries from now on; those kept keep their day. Raises ``Invalid`` for an unknown one."""
    require(can_edit_person(uow.actor, person))
    found = Findings()
    found.check(set(tags) <= set(TalentTag), "tags", _("请从列表里选"))
    texts = keep_secrets_out(found, {"note": clean_line(note)[:120]}, accept_masked=False)
    found.stop()
    wanted = {TalentTag(tag) for tag in tags}
    held = {row.tag for row in uow.session.scalars(select(PersonTag).where(PersonTag.person_id == person.id))}
    uow.session.execute(delete(PersonTag).where(PersonTag.person_id == person.id, PersonTag.tag.in_(held - wanted)))
    uow.session.add_all(
        PersonTag(person_id=person.id, tag=tag, since=uow.today, note=texts["note"], noted_by_id=uow.actor.user_id)
        for tag in sorted(wanted - held)
    )
    touch(uow, person)
    uow.audit("person.tags", person, tags=",".join(sorted(wanted)))
    return sorted(wanted)


def record_list_taken(uow: UnitOfWork, *, reason: str, tag: str, people: int) -> None:
    """Leave a trace of a team's list with phone numbers. Raises ``Invalid`` without a reason."""
    if len(clean_line(reason)) < 4:
        raise Invalid(fields={"reason": _("请写明用途，例如“11 月防汛演练集结”")})
    uow.audit("teams.list_taken", reason=clean_line(reason), tag=tag[:20], people=people)
