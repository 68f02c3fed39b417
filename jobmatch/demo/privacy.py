"""The demo county's personal data as a whole: consents, looks, requests, a merge, a notice and an assessment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.queries import actor_for
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person
from jobmatch.people.services.people import record_read, register_person
from jobmatch.people.states import ConsentPurpose
from jobmatch.privacy.services.assessments import keep_assessment
from jobmatch.privacy.services.consents import choose
from jobmatch.privacy.services.merge import merge_people
from jobmatch.privacy.services.notice import accept_notice, publish_notice
from jobmatch.privacy.services.rights import answer_request, ask, withdraw
from jobmatch.privacy.states import RequestKind

TOUCHED = 40
NOTICE = """处理者：安禾县退役军人事务局（演示），电话 0000-1234567。
目的和依据：履行退役军人就业创业服务的法定职责（退役军人保障法第八条、第三十九条；个人信息保护法第十三条第三项）。
收集什么：姓名、手机号、身份证号、服役经历的类别、技能证书、求职意向、就业情况。不收集部队番号、代号、驻地和装备型号。
给谁看：负责您的服务站；您投递或同意的单位，一家一家单独同意。不提供给别人。
怎么推荐：按岗位要求和您的简历比对，理由写在岗位上；可以关掉，改按时间和距离排。
保存多久：招聘记录 3 年，服务台账 2 年，操作记录不少于 180 天；到期删除或者去掉姓名。
您的权利：查阅、复制、更正、注销、撤回同意，都在“我的”里的“权限与隐私”；服务站 15 天内答复。
投诉：打上面的电话，或者向上级退役军人事务部门、网信部门反映。"""
CORRECTIONS = (
    ("birth_on", "出生月份写成了 3 月，身份证上是 8 月", True, "已按身份证改成 8 月"),
    ("service_record", "退役时间早写了一年，退役证上是 2018 年", True, "已按退役证更正"),
    ("employment_spell", "台账写我在物流公司上班，我上个月已经离职了", False, "单位确认您还在职，请带离职证明来"),
    ("name", "名字里的“宏”写成了“红”", None, ""),
)


def grow_privacy(demo: Demo) -> None:
    """Let some people use their rights and the office answer; nothing has leaked in this county."""
    _papers(demo)
    with demo.unit(WEEKS - 20) as uow:
        query = select(Person.id).where(Person.user_id.is_not(None), Person.erased_at.is_(None)).order_by(Person.id)
        ids = list(uow.session.scalars(query.limit(TOUCHED * 3)))
    first, rest = ids[:5], ids[5:]
    touched = first + demo.rng.sample(rest, min(TOUCHED, len(rest)))
    office = demo.staff[county.COUNTY]
    with demo.unit(WEEKS - 6) as uow:
        for person_id in touched:
            _live(demo, uow, person_id, office)
    _accept(demo)
    _requests(demo, touched, office)
    _merge(demo, office)


def _papers(demo: Demo) -> None:
    with demo.unit(0) as uow:
        publish_notice(uow, body=NOTICE.replace("注销、撤回同意", "撤回同意"), changes="", valid_from=uow.today)
    with demo.unit(WEEKS - 12) as uow:
        publish_notice(
            uow, body=NOTICE, changes="写明了怎么注销档案，以及注销以后哪些记录依法封存", valid_from=uow.today
        )
        keep_assessment(
            uow,
            title="按简历自动推荐岗位",
            purpose="用简历里的专业、技能、证书、经历、地点和工资要求，对公开岗位排序，供本人参考。",
            necessity="属于法定的就业服务；只用与岗位要求有关的内容，不用性别、民族、婚育、残疾和政治面貌。",
            risks=(
                "排序对某一类人不利｜中｜每次拟合都比较各年龄段和各类人员，低于手工规则就不启用\n"
                "本人不知道为什么｜低｜每个岗位写明理由和差距，可以关掉推荐\n"
                "单位看到不该看的｜高｜公开的卡片没有姓名和电话，投递要单独同意，随时可以收回"
            ),
            conclusion="风险可控，可以处理；每年复评一次，模型有大改时马上复评。",
            author="演示安全员",
            assessed_on=uow.today,
        )


def _actor(uow: UnitOfWork, person: Person) -> Actor:
    user = uow.session.get_one(User, person.user_id)
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).first()
    return actor_for(uow.session, user, membership)


def _live(demo: Demo, uow: UnitOfWork, person_id: int, office: Actor) -> None:
    """What one person agrees to, and who looked at the file."""
    person, system = uow.session.get_one(Person, person_id), uow.actor
    uow.actor = _actor(uow, person)
    if demo.rng.random() < 0.7:
        accept_notice(uow)
    choose(uow, person, ConsentPurpose.POLICY_MESSAGES, is_given=demo.rng.random() < 0.8)
    choose(uow, person, ConsentPurpose.RESEARCH, is_given=demo.rng.random() < 0.5)
    uow.actor = office
    if person.region_path.startswith(office.region_path):
        record_read(uow, person)
    uow.actor = system


def _accept(demo: Demo) -> None:
    """The shown accounts have read the notice in force."""
    logins = [User.phone.fingerprint(login.phone) for login in demo.logins]
    with demo.unit(WEEKS - 5) as uow:
        system = uow.actor
        for user in uow.session.scalars(select(User).where(User.phone_blind.in_(logins))).all():
            membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).first()
            uow.actor = actor_for(uow.session, user, membership)
            accept_notice(uow)
        uow.actor = system


def _requests(demo: Demo, ids: list[int], office: Actor) -> None:
    """Corrections, of which one is late; a copy; and two who want to go, one of whom thinks again."""
    turn = iter(ids)
    with demo.unit(WEEKS - 3) as uow:
        system = uow.actor
        for field, words, agreed, answer in CORRECTIONS:
            person = uow.session.get_one(Person, next(turn))
            uow.actor = _actor(uow, person)
            request = ask(uow, person, RequestKind.CORRECT, field=field, words=words)
            uow.actor = office
            if agreed is not None:
                answer_request(uow, request, agreed=agreed, answer=answer)
        uow.actor = system
    with demo.unit(WEEKS - 1) as uow:
        system = uow.actor
        for kind, is_withdrawn in ((RequestKind.ERASE, True), (RequestKind.ACCESS, False), (RequestKind.ERASE, False)):
            person = uow.session.get_one(Person, next(turn))
            uow.actor = _actor(uow, person)
            request = ask(uow, person, kind)
            if is_withdrawn:
                withdraw(uow, request)
        uow.actor = system


def _merge(demo: Demo, office: Actor) -> None:
    """Somebody whom two clerks registered: found at the window and joined."""
    with demo.unit(WEEKS - 2) as uow:
        uow.actor = office
        made = [
            register_person(
                uow,
                name=name,
                phone="19900009901",
                kinds=[kind],
                region_code=county.TOWNS[0].code,
                birth_on=uow.today - timedelta(days=365 * 35),
                is_other_person=True,
            )
            for name, kind in (("演示重名", "TYJR"), ("演示重名", "JS_PO"))
        ]
        merge_people(uow, *made, picks={}, reason="本人带身份证到窗口，确认两份都是自己的")
