"""Templates: keeping a posting's content to begin new ones from, by an employer or by the office of a place."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, func, select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting, PostingTemplate
from recruiters.postings.policies import can_create_posting, can_enter_posting, can_keep_template
from recruiters.postings.queries import get_posting
from recruiters.postings.services.writing import fill_posting, new_posting
from recruiters.postings.states import RequirementKind
from recruiters.postings.values import RequirementInput, clean_text, values_of

MOST_TEMPLATES = 100
_NOT_KEPT = frozenset({"valid_through", "is_reserved"})
_OF_ONE_EMPLOYER = frozenset({"contract_party", "address", "region_code"})
"""What the office's templates leave out beside that, because they are for every employer of the place."""


def save_template(uow: UnitOfWork, posting: Posting, *, name: str = "", for_office: bool = False) -> PostingTemplate:
    """Keep what a posting says under ``name`` (its title where empty); the same name replaces the older template.

    Raises ``Invalid`` for a name that is too long, ``Conflict`` where there are too many.
    """
    posting = get_posting(uow.session, posting.id)
    owner = None if for_office else posting.employer
    require(can_keep_template(uow.actor, owner))
    words = clean_text(name) or posting.title
    if len(words) > 80:
        raise Invalid(fields={"name": _("最多 %(n)s 个字，请写短一些", n=80)})
    path = uow.actor.region_path if owner is None else ""
    mine = (PostingTemplate.employer_id == (owner.id if owner else None), PostingTemplate.region_path == path)
    template = uow.session.scalars(select(PostingTemplate).where(*mine, PostingTemplate.name == words)).first()
    if template is None:
        if (uow.session.scalar(select(func.count(PostingTemplate.id)).where(*mine)) or 0) >= MOST_TEMPLATES:
            raise Conflict(_("模板最多 %(n)s 个，请先删掉不用的", n=MOST_TEMPLATES))
        template = PostingTemplate(employer_id=owner.id if owner else None, region_path=path, name=words)
        uow.session.add(template)
    left_out = _NOT_KEPT | (_OF_ONE_EMPLOYER if owner is None else frozenset())
    template.values = {n: _plain(v) for n, v in values_of(posting).items() if n not in left_out and v is not None}
    template.requirements = [
        {
            "kind": r.kind.value,
            "code": r.code,
            "level": r.level,
            "years": r.years,
            "is_must": r.is_must,
            "label": r.label,
        }
        for r in posting.requirements
    ]
    template.created_at, template.created_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("posting.template", template, source=posting.public_id)
    return template


def begin_from_template(uow: UnitOfWork, employer: Employer, template: PostingTemplate) -> Posting:
    """A draft of ``employer`` with a template's content; one that staff begin is a 代录入.

    The caller has read ``template`` through ``visible_templates``. Raises ``Invalid`` where a code no longer exists.
    """
    is_own = can_create_posting(uow.actor, employer)
    require(is_own or can_enter_posting(uow.actor, employer))
    posting = new_posting(uow, employer, is_office_entry=not is_own)
    needs = [RequirementInput(**{**row, "kind": RequirementKind(row["kind"])}) for row in template.requirements]
    fill_posting(uow, posting, _members(template.values), needs)
    uow.audit("posting.create", posting, template=template.public_id, by_office=posting.is_office_entry)
    return posting


def drop_template(uow: UnitOfWork, template: PostingTemplate) -> None:
    """Forget a template; postings made of it stay."""
    owner = uow.session.get(Employer, template.employer_id) if template.employer_id else None
    require(can_keep_template(uow.actor, owner))
    if owner is None:
        require(template.region_path.startswith(uow.actor.region_path))
    uow.audit("posting.template_drop", template)
    uow.session.delete(template)
    uow.session.flush()


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _members(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as the columns take them: members of enums instead of their texts."""
    found = {}
    for name, value in values.items():
        kind = Posting.__table__.columns[name].type
        found[name] = kind.enum_class(value) if isinstance(kind, Enum) and kind.enum_class else value
    return found
