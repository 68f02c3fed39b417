"""Pages of the employer base: papers, contacts, agreements, practice bases, joining, and colleagues."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.states import Role
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from recruiters.employers.jobs import clock
from recruiters.employers.models import Employer
from recruiters.employers.queries import get_employer, papers_of
from recruiters.employers.states import PaperKind, VettingState
from recruiters.partners.jobs import remind
from recruiters.partners.models import Agreement, PracticeBase, Trainee
from tests.factories import make_employer, make_paper, make_person, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.recruiters.test_vetting import picture


def _employer(office: Office) -> Employer:
    with office.unit() as uow:
        return get_employer(uow.session, office.employer_id)


@pytest.fixture
def waiting(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app, vetted=False)


def test_a_licence_is_uploaded_seen_beside_its_code_and_approved(waiting: Office) -> None:
    with waiting.unit() as uow:
        uow.session.get_one(User, waiting.clerk_id).name = "测试审核员"
    member, clerk, public_id = waiting.member, waiting.clerk, _employer(waiting).public_id
    url = "/employer/papers/licence/upload"
    assert "请选一个文件" in text_of(member.post(url, data={}), 422)
    wrong = {"file": (io.BytesIO(b"MZ not a picture"), "执照.png")}
    assert "扩展名对不上" in text_of(member.post(url, data=wrong), 422)
    broken = {"file": (io.BytesIO(picture()[:60]), "执照.png")}
    assert "打不开" in text_of(member.post(url, data=broken), 422)
    assert member.post(url, data={"file": (io.BytesIO(picture()), "执照.png")}).status_code == 303
    with waiting.unit() as uow:
        paper = papers_of(uow.session, [get_employer(uow.session, waiting.employer_id)])[waiting.employer_id]
        paper_id = paper[PaperKind.LICENCE].public_id
    page = text_of(clerk.get("/staff/employers"))
    assert f"/staff/employers/{public_id}/papers/{paper_id}/picture" in page
    answer = clerk.get(f"/staff/employers/{public_id}/papers/{paper_id}/picture")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    small = clerk.get(f"/staff/employers/{public_id}/papers/{paper_id}/picture?small=1")
    assert small.mimetype == "image/jpeg" and small.data.startswith(b"\xff\xd8")
    original = clerk.get(f"/staff/employers/{public_id}/papers/{paper_id}/file")
    assert original.get_data().startswith(b"\xff\xd8")
    assert "attachment" in original.headers["Content-Disposition"]
    data = {f"{public_id}-action": "approve"}
    assert "还没有看清楚" in text_of(clerk.post(f"/staff/employers/{public_id}", data=data), 422)
    judge = f"/staff/employers/{public_id}/papers/{paper_id}/judge"
    assert clerk.post(judge, data={f"{paper_id}-verdict": "legible", "back": "/staff/employers"}).status_code == 303
    assert clerk.post(f"/staff/employers/{public_id}", data=data).status_code == 303
    assert _employer(waiting).vetting is VettingState.VETTED
    page = text_of(member.get("/employer/profile"))
    assert "审核通过" in page
    assert "测试审核员" not in page


def test_an_unreadable_picture_needs_a_reason_and_the_employer_reads_it(waiting: Office) -> None:
    member, clerk, public_id = waiting.member, waiting.clerk, _employer(waiting).public_id
    member.post("/employer/papers/licence/upload", data={"file": (io.BytesIO(picture()), "执照.png")})
    with waiting.unit() as uow:
        employer = get_employer(uow.session, waiting.employer_id)
        paper_id = papers_of(uow.session, [employer])[employer.id][PaperKind.LICENCE].public_id
    judge = f"/staff/employers/{public_id}/papers/{paper_id}/judge"
    assert "请选一个原因" in text_of(clerk.post(judge, data={f"{paper_id}-verdict": "unreadable"}), 422)
    given = {f"{paper_id}-verdict": "unreadable", f"{paper_id}-reason_code": "em_licence"}
    assert clerk.post(judge, data=given).status_code == 303
    assert "营业执照照片看不清" in text_of(member.get("/employer/profile"))


def test_putting_off_and_the_clock_are_shown(waiting: Office) -> None:
    public_id = _employer(waiting).public_id
    data = {f"{public_id}-action": "defer", f"{public_id}-reason_code": "ed_visit"}
    assert "天以内的日期" in text_of(waiting.clerk.post(f"/staff/employers/{public_id}", data=data), 422)
    data[f"{public_id}-until"] = "2026-11-28"
    assert waiting.clerk.post(f"/staff/employers/{public_id}", data=data).status_code == 303
    assert "1 家单位暂缓审核" in text_of(waiting.clerk.get("/staff/employers?queue=deferred"))
    assert "审核暂缓到 11 月 28 日" in text_of(waiting.member.get("/employer/profile"))


def test_no_change_is_one_tap_and_so_is_the_confirmation(office: Office) -> None:
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id)
        employer.recheck_on = uow.today + timedelta(days=5)
        make_paper(uow, employer)
        public_id = employer.public_id
    assert "没有变化</button>" in text_of(office.member.get("/employer/profile"))
    assert office.member.post("/employer/profile/no-change").status_code == 303
    assert "您已答复没有变化" in text_of(office.member.get("/employer/profile"))
    page = text_of(office.clerk.get("/staff/employers?queue=recheck"))
    assert "单位答复：没有变化" in page
    answer = office.clerk.post(f"/staff/employers/{public_id}", data={f"{public_id}-action": "recheck"})
    assert answer.status_code == 303
    assert office.member.post("/employer/profile/no-change").status_code == 409


def test_founding_is_recorded_shown_and_ended(office: Office) -> None:
    public_id = _employer(office).public_id
    url = f"/staff/employers/{public_id}/founding"
    given = {"basis": "shareholder", "valid_from": "2026-11-01", "note": "看过章程"}
    assert "请填持股比例" in text_of(office.clerk.post(url, data=given), 422)
    assert office.clerk.post(url, data=given | {"share_percent": "51"}).status_code == 303
    page = text_of(office.clerk.get(f"/staff/employers/{public_id}/papers"))
    found = re.search(rf"{url}/(\w+)/end", page)
    assert found
    assert "军创企业" in text_of(office.client().get(f"/employers/{public_id}"))
    assert office.clerk.post(f"{url}/{found[1]}/end", data={f"{found[1]}-valid_until": "2026-11-20"}).status_code == 303
    assert "军创企业" not in text_of(office.client().get(f"/employers/{public_id}"))


def test_the_base_is_filtered_and_exported(office: Office) -> None:
    name = _employer(office).organization.name
    for query in ("", "?kind=private", "?state=vetted", "?only=no_liaison", "?only=silent"):
        assert name in text_of(office.clerk.get(f"/staff/employer-base{query}")), query
    for query in ("?kind=social", "?state=refused", "?only=agreement", "?only=founded", "?only=overdue", "?town=/13/"):
        assert "没有符合的单位" in text_of(office.clerk.get(f"/staff/employer-base{query}")), query
    answer = office.clerk.get("/staff/employer-base.xlsx?kind=private")
    assert answer.status_code == 200
    assert answer.get_data().startswith(b"PK")


def test_a_contact_a_liaison_and_the_card(office: Office) -> None:
    public_id = _employer(office).public_id
    url = f"/staff/employers/{public_id}/contacts"
    assert "请写一句说了什么" in text_of(office.clerk.post(url, data={"done_on": "2026-11-21", "way": "call"}), 422)
    given = {"done_on": "2026-11-21", "way": "visit", "words": "看了新车间", "next_on": "2026-12-21"}
    assert office.clerk.post(url, data=given).status_code == 303
    page = text_of(office.clerk.get(url))
    assert "看了新车间" in page
    assert "下次联系：12 月 21 日" in page
    colleague = re.search(r'<option value="(\w{16})"', page)
    assert colleague
    assert "请从列表里选" in text_of(office.clerk.post(f"/staff/employers/{public_id}/liaison", data={}), 422)
    answer = office.clerk.post(f"/staff/employers/{public_id}/liaison", data={"to": colleague[1], "contact_name": "王"})
    assert answer.status_code == 303
    card = text_of(office.clerk.get(f"/staff/employers/{public_id}/partner-card"))
    assert "测试用户" in card
    assert "下次联系" in card
    assert "在招岗位数" in text_of(office.clerk.get(f"/staff/employers/{public_id}/postings-card"))
    assert "还没有岗位" in text_of(office.clerk.get(f"/staff/employers/{public_id}/postings"))


def test_an_agreement_is_noted_corrected_and_ended(office: Office) -> None:
    public_id = _employer(office).public_id
    url = f"/staff/employers/{public_id}/agreements"
    given = {"paper_number": "1 号", "starts_on": "2026-01-01", "ends_on": "2027-12-31", "pledged_count": "20"}
    assert "请填协议编号" in text_of(office.clerk.post(url, data=given | {"paper_number": ""}), 422)
    assert office.clerk.post(url, data=given).status_code == 303
    assert "还差 20 个" in text_of(office.clerk.get(url))
    assert "签约就业合作企业 1 家" in text_of(office.clerk.get("/staff/agreements"))
    with office.unit() as uow:
        agreement = uow.session.query(Agreement).one()
        one, version = f"/staff/agreements/{agreement.public_id}", str(agreement.version)
    text_of(office.clerk.get(one))
    assert office.clerk.post(one, data=given | {"pledged_count": "30", "version": version}).status_code == 303
    assert office.clerk.post(one, data=given | {"version": version}).status_code == 409
    assert "起始日和今天之间" in text_of(office.clerk.post(f"{one}/end", data={"ended_on": "2027-01-01"}), 422)
    assert office.clerk.post(f"{one}/end", data={"ended_on": "2026-11-20"}).status_code == 303
    assert "签约就业合作企业 0 家" in text_of(office.clerk.get("/staff/agreements"))
    for state in ("ending", "over", "all"):
        text_of(office.clerk.get(f"/staff/agreements?state={state}"))


def test_a_base_takes_people_by_file_and_by_number(office: Office) -> None:
    public_id = _employer(office).public_id
    given = {
        "name": "测试实训基地",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "place_count": "5",
        "work": "4-02-02-02",
    }
    url = f"/staff/employers/{public_id}/practice"
    assert "请至少写一种工作" in text_of(office.clerk.post(url, data=given | {"work": ""}), 422)
    assert office.clerk.post(url, data=given).status_code == 303
    with office.unit() as uow:
        base_id = uow.session.query(PracticeBase).one().public_id
        person_id = make_person(uow, name="测试实习人").public_id
    one = f"/staff/practice-bases/{base_id}"
    page = text_of(office.clerk.post(f"{one}/trainees", data={"head_count": "6", "came_on": "2026-11-01"}), 422)
    assert "只剩 5 个位置" in page
    assert office.clerk.post(f"{one}/trainees", data={"head_count": "3", "came_on": "2026-11-01"}).status_code == 303
    practice = f"/staff/people/{person_id}/practice"
    assert "请选一个基地" in text_of(office.clerk.post(practice, data={"came_on": "2026-11-02"}), 422)
    assert office.clerk.post(practice, data={"base": base_id, "came_on": "2026-11-02"}).status_code == 303
    page = text_of(office.clerk.get(one))
    assert "测试实习人" in page
    assert "3 个人" in page
    with office.unit() as uow:
        trainee_id = uow.session.query(Trainee).filter(Trainee.person_id.is_not(None)).one().public_id
    assert "来的那天和今天" in text_of(office.clerk.post(f"{one}/trainees/{trainee_id}/end", data={}), 422)
    answer = office.clerk.post(f"{practice}/{trainee_id}/end", data={"left_on": "2026-11-20"})
    assert answer.status_code == 303
    edited = text_of(office.clerk.get(f"{one}/edit"))
    version = re.search(r'name="version"[^>]* value="(\d+)"', edited)
    assert version
    answer = office.clerk.post(f"{one}/edit", data=given | {"name": "改名基地", "version": version[1]})
    assert answer.status_code == 303
    assert "改名基地" in text_of(office.clerk.get("/staff/practice-bases"))
    assert office.clerk.post(f"{one}/end", data={"ended_on": "2026-11-20"}).status_code == 303


def test_two_records_are_compared_joined_and_parted(office: Office) -> None:
    with office.unit() as uow:
        target, source = get_employer(uow.session, office.employer_id), make_employer(uow)
        source.contact_phone = target.contact_phone
        ids = target.public_id, source.public_id
    assert "电话" in text_of(office.clerk.get("/staff/employer-twins"))
    url = f"/staff/employers/{ids[0]}/merge/{ids[1]}"
    page = text_of(office.clerk.get(url))
    versions = re.search(r'name="versions" value="([\d,]+)"', page)
    assert versions
    assert office.clerk.post(url, data={"reason": "电话问过", "versions": "9,9"}).status_code == 409
    assert "至少 4 个字" in text_of(office.clerk.post(url, data={"reason": "是", "versions": versions[1]}), 422)
    answer = office.clerk.post(url, data={"reason": "电话问过", "versions": versions[1]})
    assert answer.status_code == 303
    one = answer.headers["Location"]
    assert "没有像重复的单位" in text_of(office.clerk.get("/staff/employer-twins"))
    assert "电话问过" in text_of(office.clerk.get("/staff/employer-merges"))
    assert office.clerk.post(one).status_code == 303
    assert "已撤销" in text_of(office.clerk.get(one))
    assert office.clerk.post(one).status_code == 409


def test_colleagues_have_roles_and_the_last_manager_stays(office: Office) -> None:
    page = text_of(office.member.get("/account/invitations"))
    assert "用人部门：只看交给他的投递" in page
    given = {"name": "测试招聘员", "phone": "19900007777"}
    assert office.member.post("/account/invitations", data=given | {"role": "employer_reader"}).status_code == 303
    assert "请选" in text_of(office.member.post("/account/invitations", data=given | {"role": "station_staff"}), 422)
    assert "用人部门" in text_of(office.member.get("/account/invitations"))
    with office.unit() as uow:
        organization = get_employer(uow.session, office.employer_id).organization
        recruiter = make_user(uow, Role.EMPLOYER_RECRUITER, organization=organization).id
        reader = make_user(uow, Role.EMPLOYER_READER, organization=organization).id
        roles = {row.user_id: row.id for row in uow.session.query(Membership).all()}
    hand = office.client(recruiter)
    assert "等回复的简历" in text_of(hand.get("/"))
    for path in ("/employer/postings", "/employer/applications"):
        text_of(hand.get(path))
    for path in ("/employer/profile", "/account/invitations"):
        assert hand.get(path).status_code == 403
    reading = office.client(reader)
    assert reading.get("/").headers["Location"].endswith("/employer/handed")
    assert "还没有同事转给您简历" in text_of(reading.get("/employer/handed"))
    for path in ("/employer/postings", "/employer/applications", "/employer/profile"):
        assert reading.get(path).status_code == 403
    own = f"/account/colleagues/{roles[office.member_id]}/remove"
    manager = office.member
    assert manager.post(own).status_code == 303
    assert "最后一位管理员" in text_of(manager.get("/account/invitations"))
    assert hand.post(own).status_code == 403
    assert office.member.post(f"/account/colleagues/{roles[recruiter]}/remove").status_code == 303
    assert hand.get("/employer/postings").status_code in {303, 403}
    assert office.member.post(f"/account/colleagues/{roles[recruiter]}/remove").status_code == 404


def test_the_timed_work_goes_through_every_clock_and_does_nothing_twice(office: Office) -> None:
    with office.unit() as uow:
        get_employer(uow.session, office.employer_id).recheck_on = uow.today + timedelta(days=3)
        late, put_off = make_employer(uow, vetted=False), make_employer(uow, vetted=False)
        late.vetting_due_on = uow.today - timedelta(days=1)
        put_off.vetting, put_off.deferred_until = VettingState.DEFERRED, uow.today
        uow.session.add(
            Agreement(
                organization_id=late.organization_id,
                paper_number="1 号",
                starts_on=uow.today,
                ends_on=uow.today + timedelta(days=20),
                created_at=uow.now,
            )
        )
    context = JobContext(office.runtime.database, 1, "tests")
    assert clock(context) == {"resumed": 1, "escalated": 1, "asked": 1, "missed": 0}
    assert clock(context) == {"resumed": 0, "escalated": 0, "asked": 0, "missed": 0}
    assert (remind(context), remind(context)) == ({"reminded": 1}, {"reminded": 0})
