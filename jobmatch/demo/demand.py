"""What employers need, in the demo county: rounds with answers of every kind, tables of postings, forms by link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from jobmatch.core import clock
from jobmatch.core.sheets import write_csv
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY, STREETS, TOWNS
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.exchange import feeds, posting_imports
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.models import PostingImport
from jobmatch.exchange.posting_columns import open_posting_table
from jobmatch.reference.queries import region_label
from recruiters.demand.models import DemandAnswer, DemandRound
from recruiters.demand.queries import find_asked, quarter_of
from recruiters.demand.services import rounds
from recruiters.demand.services.forms import Filled, hand_in_form
from recruiters.demand.services.rounds import LineInput
from recruiters.demand.states import AnswerWay
from recruiters.employers.models import Employer
from recruiters.employers.queries import get_employer
from recruiters.postings.states import YesWay

WORK = (
    ("保安员", 3200, 4000, True),
    ("数控车工", 5500, 7500, True),
    ("焊工", 6000, 8000, False),
    ("叉车司机", 5000, 6500, True),
    ("包装工", 4000, 5000, True),
    ("大货车司机", 8000, 11000, False),
    ("养老护理员", 4200, 5500, True),
    ("仓库管理员", 4000, 5000, True),
)
HEAD = ("序号编码", "用人单位", "岗位", "人数", "职责", "要求", "地点", "地址", "薪资", "福利", "班次", "用工类型")
MAPPING = {
    **{"key": 0, "employer": 1, "title": 2, "headcount": 3, "duties": 4, "requirements": 5, "place": 6},
    **{"address": 7, "pay": 8, "welfare": 9, "work_time": 10, "employment_type": 11},
}


def grow_demand(demo: Demo) -> None:
    """This quarter's round is open, last quarter's is over; two tables came in and one machine sends postings."""
    _round(demo, WEEKS - 13, 14, share=0.8)
    _round(demo, WEEKS, 14, share=0.55)
    _tables(demo)
    _feed(demo)
    _forms(demo)


def _round(demo: Demo, week: int, days: int, *, share: float) -> None:
    with demo.unit(week) as uow:
        uow.actor = demo.staff[COUNTY]
        today = uow.today
        held = rounds.hold_round(uow, quarter=quarter_of(today), opens_on=today, closes_on=today + timedelta(days=days))
        ids = uow.session.scalars(select(DemandAnswer.employer_id).where(DemandAnswer.round_id == held.id)).all()
        chosen = [one for one in ids if demo.rng.random() < share]
        for number, employer_id in enumerate(chosen):
            _answer(demo, uow, held, get_employer(uow.session, employer_id), number)
        rounds.ask_to_remind(uow, held)


def _answer(demo: Demo, uow: UnitOfWork, held: DemandRound, employer: Employer, number: int) -> None:
    asked = find_asked(uow.session, held, employer)
    if asked is None:
        return
    lines = [
        LineInput(
            work,
            now_count=demo.rng.choice((0, 1, 2, 2, 3, 5, 8)),
            next_count=demo.rng.choice((1, 1, 2, 3, 5)),
            pay_low_yuan=low,
            pay_high_yuan=high,
            is_trainable=is_trainable,
        )
        for work, low, high, is_trainable in demo.rng.sample(WORK, demo.rng.choice((0, 1, 1, 2, 3)))
    ]
    way = (AnswerWay.LINK, AnswerWay.APP, AnswerWay.STAFF)[number % 3]
    rounds.answer_demand(uow, asked, lines, way=way, by=employer.contact_name)


def _rows(demo: Demo, count: int, employers: list[str], places: list[str]) -> list[list[str]]:
    rows = []
    for number in range(count):
        work, low, high, _trainable = WORK[number % len(WORK)]
        rows.append(
            [
                f"ZJ-{number + 1:03d}",
                employers[number % len(employers)],
                work,
                str(demo.rng.choice((1, 2, 3, 5))),
                f"按班次做好{work}的日常工作，服从安全要求",
                "身体能胜任，按时到岗",
                places[number % len(places)],
                f"{demo.rng.choice(STREETS)} {demo.rng.randrange(1, 200)} 号",
                f"固定 {low}-{high} 元/月（应发）",
                "包吃，不包住，五险",
                "两班倒",
                "劳动合同",
            ]
        )
    return rows


def _tables(demo: Demo) -> None:
    """One table of the labor bureau that was stored, and one with faults that nobody has confirmed yet."""
    with demo.unit(WEEKS) as uow:
        employers = uow.session.scalars(select(Employer).order_by(Employer.id).limit(6)).all()
        known = [get_employer(uow.session, employer.id).organization.name for employer in employers]
        places = [region_label(uow.session, town.code, depth=5) for town in TOWNS[:4]]
    rows = _rows(demo, 32, [*known, "安禾县新来食品有限公司（演示）"], places)
    rows[4][5] = "限男性，35 岁以下，已婚已育优先"
    _bring_in(demo, "11 月岗位征集表（合成）.csv", rows[:20], is_confirmed=True)
    rows[22][3], rows[25][1], rows[27][2] = "若干名", "", ""
    rows[28][5] = "入职收服装押金 300 元"
    _bring_in(demo, "12 月岗位征集表（合成）.csv", [*rows[18:20], *rows[20:]], is_confirmed=False)


def _opener(demo: Demo) -> OpenUnit:
    """Units of the county's clerk at the end of the year."""

    @contextmanager
    def unit(*, writing: bool = True) -> Iterator[UnitOfWork]:
        with clock.frozen(demo.moment(WEEKS)), demo.runtime.unit(demo.staff[COUNTY], writing=writing) as uow:
            yield uow

    return unit


def _bring_in(demo: Demo, name: str, rows: list[list[str]], *, is_confirmed: bool) -> None:
    content = write_csv(HEAD, rows)
    opener = _opener(demo)
    with opener() as uow:
        batch = posting_imports.open_posting_import(
            uow,
            content,
            open_posting_table(content),
            name=name,
            source="县人社局周报（演示）",
            consent=YesWay.PAPER,
        )
        posting_imports.map_columns(uow, batch, MAPPING)
        import_id = batch.id
    posting_imports.run_check(opener, import_id, content)
    if is_confirmed:
        with opener() as uow:
            posting_imports.confirm_posting_import(uow, uow.session.get_one(PostingImport, import_id))
        posting_imports.run_import(opener, import_id, content)


def _feed(demo: Demo) -> None:
    """A partner's machine that sent three postings."""
    opener = _opener(demo)
    with opener() as uow:
        staff = uow.actor
        _token, text = feeds.make_token(
            uow,
            source="安禾人才网（演示）",
            name="人才网招聘系统",
            organization_id=staff.organization_id,
            region_path=staff.region_path,
        )
        partner = feeds.admit(uow, text)
    if partner is not None:
        place = {"place": "湖南省湘潭市", "employer": "安禾县示例物流有限公司（演示）"}
        sent = [place | {"key": str(n), "title": work, "headcount": n + 1} for n, (work, *_r) in enumerate(WORK[:3])]
        feeds.receive_postings(opener, partner, sent, is_full=False)


def _forms(demo: Demo) -> None:
    """Two employers filled a posting in on a phone: one from its own phone, one from another."""
    with demo.unit(WEEKS) as uow:
        known = uow.session.scalars(select(Employer).order_by(Employer.id).limit(2)).all()
        for number, employer in enumerate(get_employer(uow.session, one.id) for one in known):
            work, low, high, _trainable = WORK[number + 4]
            phone = employer.contact_phone if number == 0 else "19900099001"
            hand_in_form(
                uow,
                phone,
                Filled(
                    employer_name=employer.organization.name,
                    credit_code=employer.organization.credit_code or "",
                    filled_by=employer.contact_name,
                    title=f"{work}（网上征集）",
                    vacancy_count=3,
                    duties=f"按班次做好{work}的日常工作",
                    requirement_text="",
                    place=region_label(uow.session, TOWNS[number].code, depth=5),
                    address="人民路 8 号",
                    pay=f"固定 {low}-{high} 元/月，应发",
                    work_time="白班，做六休一",
                    welfare="包吃，不包住，五险",
                    employment_type=None,
                    days=30,
                ),
            )
