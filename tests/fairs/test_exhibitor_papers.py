"""Papers that a fair asks for: named at sign-up, looked at in the review or at the desk, by dated rules."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from jobmatch.core.errors import NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.papers import note_papers, papers_asked, papers_lacking
from jobmatch.fairs.exhibitors.states import ExhibitorPaper, ExhibitorState
from jobmatch.fairs.planning.states import FairState
from jobmatch.reference.models import DatedRule
from jobmatch.reference.queries import clear_caches
from recruiters.employers.queries import get_employer
from tests.conftest import acting
from tests.factories import actor_of_employer, make_staff
from tests.fairs.help import make_exhibitor, make_fair
from tests.recruiters.help import Office, open_office, text_of


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def test_the_rules_say_which_papers_are_asked_for_and_staff_which_they_saw(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    row = make_exhibitor(uow, fair, state=ExhibitorState.APPLIED)
    assert papers_asked(uow.session, fair) == list(ExhibitorPaper)
    staff = acting(uow, make_staff(uow))
    for _n in range(2):
        note_papers(staff, fair, row, ["mandate", "notice", "nonsense"])
    assert row.papers_seen == ["notice", "mandate"]
    assert papers_lacking(uow.session, fair, row) == [ExhibitorPaper.IDENTITY]
    with pytest.raises(NotAllowed):
        note_papers(acting(uow, actor_of_employer(uow, row.employer)), fair, row, ["identity"])
    uow.session.execute(update(DatedRule).where(DatedRule.code == "fair_paper_identity").values(value=0))
    clear_caches()
    assert papers_lacking(uow.session, fair, row) == []
    clear_caches()


def test_an_employer_reads_what_to_bring_and_staff_tick_it(office: Office) -> None:
    office.posting()
    with office.unit() as uow:
        fair = make_fair(uow, state=FairState.PUBLISHED).public_id
    assert "请带：招聘简章、经办人身份证件、授权委托书" in text_of(office.member.get(f"/employer/fairs/{fair}/sign-up"))
    with office.unit() as uow:
        running = make_fair(uow, state=FairState.RUNNING)
        row = make_exhibitor(uow, running, employer=get_employer(uow.session, office.employer_id))
        fair, row_id, code = running.public_id, row.public_id, row.sign_code
    own, staff = f"/employer/fairs/{fair}", f"/staff/fairs/{fair}/exhibitors"
    clerk = office.clerk
    assert "材料没看：招聘简章、经办人身份证件、授权委托书" in text_of(clerk.get(f"{staff}?tab=accepted"))
    assert clerk.post(f"{staff}/{row_id}/papers", data={"papers": ["identity", "x"]}).status_code == 303
    assert "材料没看：招聘简章、授权委托书" in text_of(clerk.get(f"{staff}?tab=accepted"))
    assert "请带：招聘简章、授权委托书" in text_of(office.member.get(own))
    back = clerk.post(f"/fairs/help/{fair}/desk", data={"press": "sign", "code": code})
    assert "请看一下材料：招聘简章、授权委托书" in text_of(clerk.get(back.headers["Location"]))
    clerk.post(f"{staff}/{row_id}/papers", data={"papers": ["notice", "identity", "mandate"]})
    assert "材料没看" not in text_of(clerk.get(f"{staff}?tab=accepted"))
    assert "请带：" not in text_of(office.member.get(own))
    clerk.post(f"{staff}/{row_id}/papers")
    with office.unit() as uow:
        assert uow.session.get_one(Exhibitor, row.id).papers_seen == []
    assert clerk.post(f"{staff}/zz/papers").status_code == 404
