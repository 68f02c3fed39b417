"""Registering and vetting employers, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationState, Role
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from recruiters.employers.models import Employer
from recruiters.employers.names import name_skeleton
from recruiters.employers.policies import visible_employers, visible_office_employers
from recruiters.employers.queries import employers, lookalikes, missing_facts, papers_of, waiting_employers
from recruiters.employers.services import employers as services
from recruiters.employers.services import vetting
from recruiters.employers.states import (
    VETTING_FLOW,
    AccountLabel,
    EmployerKind,
    VettingState,
    kinds_for_code,
)
from tests.conftest import acting
from tests.factories import (
    COUNTY,
    PATH_OTHER,
    TOWN_A,
    actor_of,
    actor_of_employer,
    make_employer,
    make_paper,
    make_staff,
    make_user,
)

ACTIONS = sorted({action for _state, action in VETTING_FLOW})


def credit_code(body: str) -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + alphabet[-total % 31]


def _complete(uow: UnitOfWork, employer: Employer) -> Employer:
    organization = uow.session.get_one(Organization, employer.organization_id)
    organization.credit_code = credit_code(f"91430382MA{employer.id:07d}")
    organization.address = "物流园 3 号"
    employer.industry_code = "G"
    employer.intro = "从事县内配送，现有货车 12 辆。"
    uow.session.flush()
    make_paper(uow, employer)
    return employer


def _missing(uow: UnitOfWork, employer: Employer) -> list[str]:
    return missing_facts(employer, papers_of(uow.session, [employer])[employer.id])


def _decide(uow: UnitOfWork, employer: Employer, action: str) -> None:
    reason = {"ask_more": "em_address", "refuse": "er_licence", "defer": "ed_visit"}.get(action)
    until = uow.today + timedelta(days=7) if action == "defer" else None
    vetting.vet_employer(uow, employer, action=action, reason_code=reason, note="测试说明", until=until)


@pytest.mark.parametrize("state", list(VettingState))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_step_of_vetting_is_taken_or_refused_as_the_table_says(
    uow: UnitOfWork, state: VettingState, action: str
) -> None:
    employer = _complete(uow, make_employer(uow))
    employer.vetting = state
    employer.deferred_until = uow.today if state is VettingState.DEFERRED else None
    uow.session.flush()

    def step() -> None:
        if action == "submit":
            vetting.submit_vetting(uow, employer)
        else:
            _decide(uow, employer, action)

    if (state, action) in VETTING_FLOW:
        step()
        assert employer.vetting is VETTING_FLOW[state, action]
    else:
        with pytest.raises(Conflict, match=state.label):
            step()
        assert employer.vetting is state


def test_approval_opens_the_organization_for_six_months_and_tells_its_members(uow: UnitOfWork) -> None:
    employer = _complete(uow, make_employer(uow, vetted=False))
    actor = actor_of_employer(uow, employer)
    vetting.vet_employer(acting(uow, make_staff(uow)), employer, action="approve")
    organization = uow.session.get_one(Organization, employer.organization_id)
    assert organization.state is OrganizationState.ACTIVE
    assert employer.recheck_on == date(2027, 5, 21)
    titles = uow.session.scalars(select(Message.title).where(Message.user_id == actor.user_id)).all()
    assert titles == ["单位资质审核通过了"]


def test_suspending_needs_words_and_closes_the_organization(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    with pytest.raises(Invalid):
        vetting.vet_employer(uow, employer, action="suspend")
    vetting.vet_employer(uow, employer, action="suspend", note="接到欠薪投诉")
    assert uow.session.get_one(Organization, employer.organization_id).state is OrganizationState.SUSPENDED


def test_refusing_needs_a_reason_of_its_own_kind(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    for code in (None, "em_address", "pr_pay", "nothing"):
        with pytest.raises(Invalid) as caught:
            vetting.vet_employer(uow, employer, action="refuse", reason_code=code)
        assert set(caught.value.fields) == {"reason_code"}
    vetting.vet_employer(uow, employer, action="refuse", reason_code="er_identity")
    assert employer.vetting_reason_code == "er_identity"


def test_staff_vet_only_their_subtree_and_never_what_they_registered(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    with pytest.raises(NotAllowed):
        vetting.vet_employer(acting(uow, make_staff(uow, path=PATH_OTHER)), employer, action="approve")
    writer = make_staff(uow)
    employer.created_by_id = writer.user_id
    make_paper(uow, employer)
    with pytest.raises(NotAllowed):
        vetting.vet_employer(acting(uow, writer), employer, action="approve")
    vetting.vet_employer(acting(uow, make_staff(uow)), employer, action="approve")
    assert employer.vetting is VettingState.VETTED


def test_an_employer_cannot_vet_itself(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    with pytest.raises(NotAllowed):
        vetting.vet_employer(acting(uow, actor_of_employer(uow, employer)), employer, action="approve")


def test_submitting_names_what_is_missing(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    employer.vetting = VettingState.DRAFT
    with pytest.raises(Invalid) as caught:
        vetting.submit_vetting(acting(uow, actor_of_employer(uow, employer)), employer)
    assert set(caught.value.fields) == {"credit_code", "industry_code", "address", "intro", "licence"}
    _complete(uow, employer)
    assert _missing(uow, employer) == []
    vetting.submit_vetting(acting(uow, actor_of_employer(uow, employer)), employer)
    assert employer.vetting is VettingState.WAITING
    assert employer.submitted_at == uow.now


def test_an_agency_needs_its_permit_and_is_labelled_commercial(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    mine = acting(uow, actor_of_employer(uow, employer))
    with pytest.raises(Invalid) as caught:
        services.save_employer(mine, employer, is_agency=True, permit_number=" ")
    assert set(caught.value.fields) == {"permit_number"}
    with pytest.raises(Invalid) as caught:
        services.save_employer(mine, employer, is_agency=True, permit_number="4303820001", permit_valid_until=None)
    assert set(caught.value.fields) == {"permit_valid_until"}
    until = date(2028, 1, 1)
    services.save_employer(mine, employer, is_agency=True, permit_number="4303820001", permit_valid_until=until)
    assert employer.account_label is AccountLabel.COMMERCIAL
    services.save_employer(mine, employer, is_agency=False)
    assert employer.account_label is AccountLabel.OWN


def test_a_stale_form_and_a_stranger_change_nothing(uow: UnitOfWork) -> None:
    employer, other = make_employer(uow), make_employer(uow)
    mine = acting(uow, actor_of_employer(uow, employer))
    with pytest.raises(Conflict):
        services.save_employer(mine, employer, version=employer.version - 1, intro="新介绍")
    with pytest.raises(NotAllowed):
        services.save_employer(mine, other, intro="新介绍")
    assert employer.intro == other.intro == ""


def test_moving_takes_the_scope_with_it(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    services.save_employer(
        acting(uow, actor_of_employer(uow, employer)), employer, region_code=TOWN_A, address="东镇路 1 号"
    )
    assert employer.region_path.endswith(f"/{TOWN_A}/")
    assert uow.session.get_one(Organization, employer.organization_id).address == "东镇路 1 号"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (credit_code("91430382MA4L16JQ9"), EmployerKind.PRIVATE),
        (credit_code("92430382MA4L16JQ9"), EmployerKind.INDIVIDUAL),
        (credit_code("93430382MA4L16JQ9"), EmployerKind.RURAL_COLLECTIVE),
        (credit_code("N2430382MF1234567"), EmployerKind.RURAL_COLLECTIVE),
        (credit_code("11430382MB1234567"), EmployerKind.PUBLIC_BODY),
        (credit_code("12430382MB1234567"), EmployerKind.PUBLIC_INSTITUTION),
        (credit_code("52430382MJ1234567"), EmployerKind.SOCIAL),
    ],
)
def test_the_kind_follows_the_credit_code(code: str, kind: EmployerKind) -> None:
    assert services.checked_credit_code(f" {code.lower()[:4]} {code[4:]}") == code
    assert kinds_for_code(code)[0] is kind


def test_a_wrong_credit_code_is_refused_with_words() -> None:
    with pytest.raises(Invalid) as caught:
        services.checked_credit_code("914303820000000000")
    assert "credit_code" in caught.value.fields


def test_a_kind_against_the_credit_code_is_refused(uow: UnitOfWork) -> None:
    employer = _complete(uow, make_employer(uow))
    with pytest.raises(Invalid) as caught:
        services.save_employer(uow, employer, kind=EmployerKind.PUBLIC_BODY)
    assert set(caught.value.fields) == {"kind"}
    services.save_employer(uow, employer, kind=EmployerKind.STATE_OWNED)
    assert employer.kind is EmployerKind.STATE_OWNED


def test_importing_an_employer_twice_gives_the_same_one(uow: UnitOfWork) -> None:
    given: dict[str, Any] = {"name": "郑州市测试局", "source": "测试来源", "key": "1", "kind": EmployerKind.PUBLIC_BODY}
    first = services.import_employer(uow, **given)
    assert services.import_employer(uow, **given).id == first.id
    assert first.organization.credit_code is None
    assert first.region_path == "/41/4101/"
    assert first.vetting is VettingState.DRAFT
    assert "credit_code" not in _missing(uow, first)


def test_names_that_look_alike_are_shown_side_by_side(uow: UnitOfWork) -> None:
    assert name_skeleton("騰訊（AB）有限公司") == name_skeleton("腾讯(ab) 有限公司")
    assert name_skeleton("Аpple 科技") == name_skeleton("Apple科技")
    assert name_skeleton("恒通物流") != name_skeleton("恒达物流")
    known = services.register_employer(uow, make_employer_organization(uow, "恒通物流有限公司"))
    fresh = services.register_employer(uow, make_employer_organization(uow, "恒通 物流（有限）公司"))
    found = lookalikes(uow.session, [fresh])
    assert [other.name for other in found[fresh.id]] == [known.organization.name]


def make_employer_organization(uow: UnitOfWork, name: str) -> Organization:
    from jobmatch.accounts.services.organizations import record_new_organization
    from jobmatch.accounts.states import OrganizationKind

    return record_new_organization(uow, kind=OrganizationKind.EMPLOYER, name=name, region_code=COUNTY)


def test_hires_count_up_without_making_an_open_form_stale(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    version = employer.version
    services.record_hired(uow, employer.id, 3)
    services.record_hired(uow, employer.id, -1)
    uow.session.refresh(employer)
    assert (employer.veterans_hired, employer.version) == (2, version)


def test_nothing_is_public_before_vetting(uow: UnitOfWork) -> None:
    shown, hidden = make_employer(uow), make_employer(uow, vetted=False)
    stranger = actor_of(make_user(uow, Role.VETERAN), Role.VETERAN)
    ids = {e.id for e in acting(uow, stranger).rows(visible_employers(stranger, employers()))}
    assert shown.id in ids
    assert hidden.id not in ids
    member = actor_of_employer(uow, hidden)
    assert hidden.id in {e.id for e in uow.rows(visible_employers(member, employers()))}
    near, far = make_staff(uow), make_staff(uow, path=PATH_OTHER)
    assert hidden.id in {e.id for e in uow.rows(visible_office_employers(near, waiting_employers()))}
    assert uow.rows(visible_office_employers(far, employers())) == []


def test_the_queue_is_oldest_first(uow: UnitOfWork) -> None:
    late, early = make_employer(uow, vetted=False), make_employer(uow, vetted=False)
    late.submitted_at, early.submitted_at = uow.now, uow.now - timedelta(days=3)
    uow.session.flush()
    staff = make_staff(uow)
    ids = [e.id for e in uow.rows(visible_office_employers(staff, waiting_employers()))]
    assert ids.index(early.id) < ids.index(late.id)
