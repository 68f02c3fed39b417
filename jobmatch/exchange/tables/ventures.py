"""Tables of ventures: each row becomes the wish of somebody in the pool, and is registered where the row says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import AppError, Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column, plain
from jobmatch.exchange.people_rows import hidden
from jobmatch.exchange.states import TableKind, TakenKind
from jobmatch.exchange.tables.cells import Cells
from jobmatch.exchange.tables.spec import Row, Spec
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import find_by_phone, phones_of
from jobmatch.reference.models import Industry
from jobmatch.reference.queries import find_region_by_name, names, region_label
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import managed_ventures
from training.incubation.ventures.queries import latest_venture
from training.incubation.ventures.services.moves import MoveFacts, move_venture
from training.incubation.ventures.services.wishes import Wish, enter_venture, record_wish
from training.incubation.ventures.states import LIVING_STATES, VentureForm, VentureState, WishSource

COLUMNS = (
    Column("founder", N_("创业者"), N_("必填，要和人才库里的姓名一样"), "示例甲", ("姓名", "创办人", "founder")),
    Column("phone", N_("手机号"), N_("必填，按它在人才库里找人，没有的先建档"), "", ("手机", "联系电话", "phone")),
    Column("words", N_("想做什么"), N_("必填，一句话"), "开一家汽车维修店", ("创业意向", "创业内容", "words")),
    Column("wished_on", N_("意愿日期"), N_("空着就是今天"), "2026-10-08", ("登记意愿日期", "wished_on")),
    Column("sector", N_("行业"), N_("国民经济行业的代码或名称"), "", ("所属行业", "sector")),
    Column("place", N_("经营地"), N_("写到县或乡镇"), "湖南省湘潭市韶山市", ("地区", "地点", "place")),
    Column("registered_on", N_("登记日期"), N_("还没登记就空着；登记了的，后面几列都要填"), "",
           ("成立日期", "注册日期", "registered_on")),
    Column("name", N_("登记名称"), N_("营业执照上的名称"), "", ("名称", "项目名称", "企业名称", "name")),
    Column("credit_code", N_("统一社会信用代码"), N_("18 位"), "", ("信用代码", "credit_code")),
    Column("form", N_("登记类型"), VentureForm.SELF_EMPLOYED.label, "", ("类型", "form")),
    Column("is_first", N_("本人首次登记"), N_("是或否"), "", ("首次创业", "is_first")),
    Column("is_takeover", N_("接手别人的"), N_("是或否"), "", ("是否接手", "is_takeover")),
    Column("has_others", N_("还有其他股东"), N_("是或否，空着就是否"), "", ("其他股东", "has_others")),
)  # fmt: skip
_FIELDS = {"sector_code": "sector", "region_code": "place", "on": "registered_on"}
"""Under which column a finding of the ventures' room stands."""


def _store(uow: UnitOfWork, row: Row) -> int | None:
    cells = Cells(row)
    wish = Wish(
        words=cells.text("words"),
        name=cells.text("name"),
        form=cells.choice("form", VentureForm.NOT_KNOWN),
        sector_code=_sector(uow, cells),
        region_code=_place(uow, cells),
    )
    wished_on, registered_on = cells.day("wished_on"), cells.day("registered_on")
    if wished_on is not None and wished_on > uow.today:
        cells.errors["wished_on"] = _("日期不能晚于今天")
    facts = MoveFacts(
        on=registered_on,
        name=wish.name,
        form=wish.form,
        credit_code=cells.text("credit_code"),
        region_code=wish.region_code,
        is_first=cells.yes("is_first"),
        is_takeover=cells.yes("is_takeover"),
        has_others=bool(cells.yes("has_others")),
    )
    cells.stop()
    person = _person(uow, cells)
    known = latest_venture(uow.session, person.id)
    if known is not None and known.state in LIVING_STATES:
        return None
    try:
        # Who registered before today wished it then at the latest.
        venture = record_wish(uow, person, source=WishSource.STAFF, wished_on=_first_day(wished_on, registered_on))
        enter_venture(uow, person, wish)
        if registered_on is not None:
            move_venture(uow, venture, "register", facts)
    except Invalid as error:
        raise Invalid(error.message, fields={_FIELDS.get(k, k): words for k, words in error.fields.items()}) from None
    return venture.id


def _first_day(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _person(uow: UnitOfWork, cells: Cells) -> Person:
    ids = [one.id for one in find_by_phone(uow.session, cells.text("phone"))]
    found = uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(ids))))
    if len(found) != 1:
        raise Invalid(fields={"phone": _("人才库里没有找到这个手机号，请先建档")})
    person: Person = found[0]
    if plain(person.name) != plain(cells.text("founder")):
        raise Invalid(fields={"founder": _("姓名和这个手机号的档案对不上，请核对")})
    return person


def _sector(uow: UnitOfWork, cells: Cells) -> str | None:
    word, sectors = plain(cells.text("sector")), names(uow.session, Industry)
    found = next((code for code, name in sectors.items() if word in (plain(code), plain(name))), None)
    if word and found is None:
        cells.errors["sector"] = _("没有找到这个行业，请写国民经济行业的代码或全名")
    return found


def _place(uow: UnitOfWork, cells: Cells) -> str | None:
    words = cells.text("place")
    found = find_region_by_name(uow.session, words) if words else None
    if words and found is None:
        cells.errors["place"] = _("没有找到这个地方，请写到县或乡镇")
    return found.code if found else None


def _take_back(uow: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for one in uow.rows(managed_ventures(uow.actor, select(Venture).where(Venture.id.in_(ids)))):
        if one.state in (VentureState.REGISTERED, VentureState.OPERATING, VentureState.SUSPENDED):
            reasons[one.id] = _("已经登记，不能当没有过，请在项目里改")
        elif one.state is not VentureState.INTENTION or one.changed_at != one.created_at:
            reasons[one.id] = _("导入以后改过")
        else:
            try:
                move_venture(uow, one, "drop", MoveFacts(on=uow.today, note=_("撤销导入")))
            except AppError as error:
                reasons[one.id] = error.message
    return reasons


def _rows(uow: UnitOfWork, _asked: Row) -> Select[*tuple[Any, ...]]:
    # Whoever answers for a venture reads who founded it.
    seen = select(Venture).options(joinedload(Venture.person)).execution_options(visible=frozenset({"person"}))
    return managed_ventures(uow.actor, seen.order_by(Venture.id.desc()))


def _lines(uow: UnitOfWork, ventures: Sequence[Venture]) -> Iterator[Sequence[object]]:
    sectors = names(uow.session, Industry)
    phones = phones_of(uow.session, [one.person for one in ventures if one.person])
    wanted = [one.organization_id for one in ventures if one.organization_id]
    query = select(Organization.id, Organization.credit_code).where(Organization.id.in_(wanted))
    codes = {row.id: row.credit_code for row in uow.session.execute(query)}
    for one in ventures:
        is_there = one.registered_on is not None
        yield (
            one.person.name if one.person else "",
            hidden(phones.get(one.person_id or 0) or "", whole=True),
            one.words,
            one.wished_on,
            sectors.get(one.sector_code or "", ""),
            region_label(uow.session, one.region_code),
            one.registered_on,
            one.name,
            codes.get(one.organization_id or 0) or "",
            one.form.label,
            one.is_first if is_there else None,
            one.is_takeover if is_there else None,
            None,
        )


VENTURES = Spec(
    kind=TableKind.VENTURES,
    taken=TakenKind.VENTURES,
    permission="venture.manage",
    columns=COLUMNS,
    rows=_rows,
    lines=_lines,
    needed=("founder", "phone", "words"),
    same_as=lambda row: plain(row.get("phone", "")),
    store=_store,
    take_back=_take_back,
)
