"""What staff key in for employers without an account: answers by phone, and sign-ups of those who were not invited."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.employers import synthetic_credit_code
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.services import inviting, postings, reviewing, signing_up
from jobmatch.fairs.exhibitors.services.attending import Coming, coming_of
from jobmatch.fairs.exhibitors.states import ExhibitorState
from recruiters.employers.services.papers import record_seen_licence
from recruiters.employers.services.vetting import vet_employer
from recruiters.employers.states import PaperWay, VettingState
from recruiters.postings.models import Posting
from tests.conftest import acting
from tests.factories import COUNTY, PATH_OTHER, make_posting, make_staff
from tests.fairs.help import make_fair
from tests.fairs.test_exhibitor_services import hiring


def test_staff_key_in_an_answer_and_it_reaches_the_sign_up(uow: UnitOfWork) -> None:
    fair, employer = make_fair(uow), hiring(uow)
    inviting.invite_employers(uow, fair, [employer.id])
    row = queries.find_invitation(uow.session, fair.id, employer.id)
    assert row is not None
    clerk = acting(uow, make_staff(uow))
    who = Coming(attendees=" 测试甲、测试乙 ", attendee_count=2, car="湘A00000", needs_power=True)
    inviting.reply_invitation(clerk, fair, row, reply="coming", coming=who)
    assert (row.attendees, row.attendee_count, row.called_at) == ("测试甲、测试乙", 2, uow.now)
    for count in (0, 51):
        with pytest.raises(Invalid):
            inviting.reply_invitation(clerk, fair, row, reply="coming", coming=Coming(attendee_count=count))
    exhibitor = signing_up.sign_up_by_phone(clerk, fair, employer, coming=coming_of(row))
    assert (exhibitor.attendee_count, exhibitor.car, exhibitor.needs_power) == (2, "湘A00000", True)
    inviting.reply_invitation(clerk, fair, row, reply="coming", coming=Coming(attendees="测试丙"))
    assert (exhibitor.attendees, exhibitor.car) == ("测试丙", "")
    with pytest.raises(Conflict):
        inviting.reply_invitation(clerk, fair, row, reply="not_coming")


def test_staff_sign_up_an_employer_that_nobody_knows_and_a_colleague_vets_it(uow: UnitOfWork) -> None:
    fair, clerk = make_fair(uow), acting(uow, make_staff(uow))
    given = {
        "name": "测试来电有限公司",
        "credit_code": synthetic_credit_code("91", 7001),
        "region_code": COUNTY,
        "coming": Coming(),
    }
    contact = {"contact_name": "测试经理", "contact_phone": "0731-5550123"}
    for wrong in ({"credit_code": "91430300000000000X"}, {"contact_phone": "12"}, {"name": ""}):
        with pytest.raises(Invalid):
            signing_up.enter_exhibitor(clerk, fair, **{**given, **contact, **wrong})
    row = signing_up.enter_exhibitor(clerk, fair, **given, **contact)
    employer = row.employer
    assert (row.state, employer.vetting) == (ExhibitorState.APPLIED, VettingState.WAITING)
    assert len(reviewing.accept_blocks(clerk, fair, row)) == 2
    with pytest.raises(NotAllowed):
        vet_employer(clerk, employer, action="approve")
    with pytest.raises(Conflict):
        signing_up.enter_exhibitor(clerk, fair, **given, **contact)
    with pytest.raises(Invalid) as told:
        signing_up.enter_exhibitor(clerk, fair, **{**given, "name": "测试别的公司"}, **contact)
    assert "name" in told.value.fields
    colleague = acting(uow, make_staff(uow))
    record_seen_licence(colleague, employer, way=PaperWay.PUBLISHED, note="测试网站查到")
    vet_employer(colleague, employer, action="approve")
    make_posting(uow, employer)
    postings.add_posting(colleague, fair, row, uow.session.scalars(select(Posting)).one().public_id)
    assert reviewing.accept_exhibitor(colleague, fair, row).state is ExhibitorState.ACCEPTED


def test_an_employer_known_to_the_base_is_signed_up_as_it_is(uow: UnitOfWork) -> None:
    fair, employer, clerk = make_fair(uow), hiring(uow), acting(uow, make_staff(uow))
    employer.organization.credit_code = synthetic_credit_code("91", 7002)
    uow.session.flush()
    known = {"name": employer.organization.name, "credit_code": employer.organization.credit_code}
    contact = {"contact_name": "", "contact_phone": ""}
    row = signing_up.enter_exhibitor(clerk, fair, **known, region_code=COUNTY, coming=Coming(), **contact)
    assert row.employer_id == employer.id
    assert queries.posting_counts(uow.session, [row.id])[row.id][0] == 1
    with pytest.raises(NotAllowed):
        far = acting(uow, make_staff(uow, path=PATH_OTHER))
        signing_up.enter_exhibitor(far, fair, **known, region_code=COUNTY, coming=Coming(), **contact)
