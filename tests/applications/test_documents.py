"""Documents asked for at a stage: when, by whom they are seen, and when they go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobmatch.applications.models import Application, ApplicationDocument
from jobmatch.applications.papers import paper_lines
from jobmatch.applications.services.documents import (
    UPLOADS_PER_HOUR,
    ask_documents,
    drop_documents,
    hand_in,
    look_at,
    take_back,
)
from jobmatch.applications.states import Move
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, Limited, NotAllowed, NotFound
from jobmatch.core.files import StoredFile
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting
from tests.applications.samples import apply, employer_of, go
from tests.conftest import acting
from tests.factories import actor_of_employer, actor_of_person, make_employer, make_posting

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"


def paper(name: str) -> Upload:
    return Upload(name, Kind.PDF, PDF)


@pytest.fixture(autouse=True)
def _folder(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)


def asking(uow: UnitOfWork) -> Posting:
    """A posting that asks for a health certificate at the interview and a discharge certificate before the start."""
    posting = make_posting(uow)
    ask_documents(uow, posting, wanted={"dk_health": "interview", "dk_discharge": "hire"})
    return posting


def sides(uow: UnitOfWork, sent: Application) -> tuple[UnitOfWork, UnitOfWork]:
    """The person's hands and the employer's."""
    person = actor_of_person(uow, uow.session.get_one(Person, sent.person_id))
    employer = employer_of(uow, sent)
    return acting(uow, person), acting(uow, actor_of_employer(uow, employer))


def test_nothing_is_asked_for_before_its_stage(uow: UnitOfWork) -> None:
    sent = apply(uow, posting=asking(uow))
    mine, _theirs = sides(uow, sent)
    assert [(line.code, line.is_now) for line in paper_lines(uow, sent)] == [
        ("dk_health", False),
        ("dk_discharge", False),
    ]
    for code in ("dk_health", "dk_discharge", "dk_photo"):
        with pytest.raises(Conflict):
            hand_in(mine, sent, code, upload=paper("证.pdf"))
    go(uow, sent, Move.INVITE)
    hand_in(mine, sent, "dk_health", upload=paper("证.pdf"))
    with pytest.raises(Conflict):
        hand_in(mine, sent, "dk_discharge", upload=paper("证.pdf"))


def test_the_employer_sees_it_only_while_it_is_asked_for_and_each_look_is_noted(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow, posting=asking(uow)), Move.INVITE)
    mine, theirs = sides(uow, sent)
    row = hand_in(mine, sent, "dk_health", upload=paper("健康证.pdf"))
    assert look_at(theirs, sent, row)[1] == PDF
    assert look_at(mine, sent, row)[1] == PDF
    assert (row.looked_count, row.looked_at) == (1, uow.now)
    looks = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "application.document_read")
    assert uow.session.scalar(looks) == 1
    rival = acting(uow, actor_of_employer(uow, make_employer(uow)))
    with pytest.raises(NotFound):
        look_at(rival, sent, row)
    go(uow, sent, Move.OFFER)
    with pytest.raises(NotFound):
        look_at(theirs, sent, row)
    assert look_at(mine, sent, row)[1] == PDF


def test_a_stranger_a_wrong_stage_and_too_many_files_are_refused(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow, posting=asking(uow)), Move.INVITE)
    mine, theirs = sides(uow, sent)
    with pytest.raises(NotAllowed):
        hand_in(theirs, sent, "dk_health", upload=paper("证.pdf"))
    with pytest.raises(Invalid):
        ask_documents(theirs, uow.session.get_one(Posting, sent.posting_id), wanted={"dk_health": "submission"})
    with pytest.raises(NotAllowed):
        ask_documents(mine, uow.session.get_one(Posting, sent.posting_id), wanted={})
    for _n in range(UPLOADS_PER_HOUR):
        hand_in(mine, sent, "dk_health", upload=paper("证.pdf"))
    with pytest.raises(Limited):
        hand_in(mine, sent, "dk_health", upload=paper("证.pdf"))


def test_a_new_file_takes_the_place_of_the_old_one_and_can_be_taken_back(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow, posting=asking(uow)), Move.INVITE)
    mine, _theirs = sides(uow, sent)
    hand_in(mine, sent, "dk_health", upload=paper("旧.pdf"))
    row = hand_in(mine, sent, "dk_health", upload=paper("新.pdf"))
    assert uow.session.scalars(select(StoredFile.name)).all() == ["新.pdf"]
    take_back(mine, sent, row)
    assert uow.session.scalars(select(ApplicationDocument)).all() == []
    assert uow.session.scalars(select(StoredFile)).all() == []


def test_documents_go_seven_days_after_the_end(uow: UnitOfWork) -> None:
    ended, live = (go(uow, apply(uow, posting=asking(uow)), Move.INVITE) for _n in range(2))
    for one in (ended, live):
        hand_in(sides(uow, one)[0], one, "dk_health", upload=paper("证.pdf"))
    go(uow, ended, Move.REJECT)
    assert drop_documents(uow) == 0
    [line] = [one for one in paper_lines(uow, ended) if one.row]
    assert line.gone_on == uow.today + timedelta(days=7)
    uow.now += timedelta(days=7, minutes=1)
    assert drop_documents(uow) == 1
    assert uow.session.scalars(select(ApplicationDocument.application_id)).all() == [live.id]
