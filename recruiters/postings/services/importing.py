"""Keeping imported postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobmatch.core.errors import Invalid, require
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.ages import ages_in
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_import_posting
from recruiters.postings.queries import find_imported
from recruiters.postings.services.writing import new_posting, recheck
from recruiters.postings.states import PostingState
from recruiters.postings.values import RequirementInput, apply_values, requirement_rows


def store_imported_posting(
    uow: UnitOfWork,
    employer: Employer,
    *,
    source_name: str,
    source_key: str,
    values: Mapping[str, Any],
    requirements: Sequence[RequirementInput] = (),
    source_row: Mapping[str, Any],
) -> tuple[Posting, bool]:
    """Keep an imported posting unpublished, with what it lacks and what the rules find; returns (posting, is new).

    ``source_key`` names the row for good: a second run changes the posting only while it is untouched and its row
    differs. Values may be incomplete; ages are also read from the texts. Raises ``Invalid`` for values that
    cannot be kept.
    """
    require(can_import_posting(uow.actor))
    found = find_imported(uow.session, source_key)
    if found is not None and (found.state is not PostingState.IMPORTED or found.source_row == dict(source_row)):
        return found, False
    posting = found or new_posting(uow, employer, source_name=source_name[:80], source_key=source_key)
    posting.state, posting.source_row = PostingState.IMPORTED, dict(source_row)
    said = ages_in("\n".join(str(values.get(name) or "") for name in ("title", "duties", "requirement_text")))
    errors = apply_values(uow.session, posting, {name: value for name, (value, _words) in said.items()} | dict(values))
    rows = requirement_rows(uow.session, requirements, errors)
    if errors:
        raise Invalid(fields=errors)
    posting.requirements[:] = rows
    posting.changed_at = uow.now
    uow.session.add(posting)
    recheck(uow, posting)
    if values.get("vacancy_count") is None:
        posting.missing = ["headcount", *posting.missing]
    uow.session.flush()
    if found is None:
        uow.audit("posting.import", posting, source=source_name[:40])
    return posting, found is None
