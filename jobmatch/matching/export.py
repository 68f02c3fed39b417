"""People and postings as files, so that rankings can be judged away from the database."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Invalid
from jobmatch.core.runtime import Runtime
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.models import MatchChoice
from jobmatch.matching.queries import is_open_person, is_open_posting
from jobmatch.people.models.person import Person
from ml.matching import Eligibility, PostingDocument, Profile, write_people, write_postings
from ml.matching import Person as Seeker

_PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1\d{2}[\s-]?\d{4}[\s-]?\d{4}(?!\d)|\d{7,}")
HIDDEN = "〔号码〕"


def export_records(runtime: Runtime, people_path: Path, postings_path: Path, force: bool = False) -> tuple[int, int]:
    """Write the open people and postings as the ranker sees them, one a line; returns how many of each.

    Keys are row numbers. Names of people are not among the ranker's values, and numbers that look like a phone are
    taken out of what people and employers typed. People who want no recommendations are left out. The owner alone can
    read the files. Raises ``Invalid`` where a file is there already and ``force`` is off, or cannot be written.
    """
    if people_path.resolve() == postings_path.resolve():
        raise Invalid("People and postings need two files.")
    for path in (people_path, postings_path):
        if path.exists() and not force:
            raise Invalid(f"{path} is there already; --force overwrites it.")
    actor = system_actor("cli")
    with runtime.unit(actor, writing=False) as uow:
        left_out = select(MatchChoice.person_id).where(MatchChoice.is_personal.is_(False))
        people = read_people(uow.session, is_open_person(), Person.id.not_in(left_out))
        postings = read_postings(uow.session, is_open_posting())
    # The entry comes first, so that nothing leaves the database without one.
    with runtime.unit(actor) as uow:
        uow.audit("match.export", people=len(people), postings=len(postings))
    try:
        write_people(people_path, (_quiet_person(*person) for person in people))
        write_postings(postings_path, (_quiet_posting(posting) for posting in postings))
    except OSError as error:
        raise Invalid(f"{error.filename} cannot be written: {error.strerror}.") from error
    return len(people), len(postings)


def _quiet(words: str) -> str:
    return _PHONE.sub(HIDDEN, words)


def _quiet_person(profile: Profile, eligibility: Eligibility) -> Seeker:
    wanted, past = _quiet(profile.wanted_words), _quiet(profile.past_words)
    return Seeker(replace(profile, wanted_words=wanted, past_words=past), eligibility)


def _quiet_posting(posting: PostingDocument) -> PostingDocument:
    return replace(posting, title=_quiet(posting.title), text=_quiet(posting.text))
