"""Keeping a superior's form: handed in once, bound cell by cell, and kept when a new edition comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.models import Region
from jobmatch.reports.figures.year_table import LETTERS
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Subject
from jobmatch.reports.superiors.models import CellBinding, SuperiorForm
from jobmatch.reports.superiors.narrowing import can_narrow
from jobmatch.reports.superiors.policies import can_change_form, can_keep_forms, can_put_people
from jobmatch.reports.superiors.queries import bindings_of
from jobmatch.reports.superiors.states import BindingKind
from jobmatch.reports.superiors.suggesting import place_of, words_about
from jobmatch.reports.superiors.workbook import Grid

KINDS = frozenset({Kind.XLSX})
MOST_BOUND = 400
MOST_BACK = 36
PER_HOUR = 20
SPANS = ("month", "quarter", "year")
"""What part of the year up to the month a number counts over."""
TOKENS = ("station", "month", "today", "filler")
"""Words that are filled in anew each time: 填报单位, 期间, 填报日期, 填报人."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a cell is to show; ``words`` are fixed words, or one of ``TOKENS`` in ``code``.

    ``only``: rows of dimensions (``kind=veteran``) that a number or a list is narrowed to.
    """

    kind: BindingKind
    code: str = ""
    place_code: str = ""
    months_back: int = 0
    span: str = "month"
    words: str = ""
    only: tuple[str, ...] = ()


def check_may_add(uow: UnitOfWork) -> None:
    """Raise ``NotAllowed`` or ``Limited``."""
    require(can_keep_forms(uow.actor))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "superior.add", PER_HOUR)


def add_form(uow: UnitOfWork, *, name: str, office: str, upload: Upload) -> SuperiorForm:
    """Keep a workbook that was read already. Raises ``Invalid`` without a name."""
    check_may_add(uow)
    found = Findings()
    title = clean_line(name)
    found.check(0 < len(title) <= 120, "name", _("请写表样的名称"))
    found.check(len(clean_line(office)) <= 120, "office", _("最多 120 个字"))
    found.stop()
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    form = SuperiorForm(
        region_path=uow.actor.region_path,
        name=title,
        office=clean_line(office),
        file_id=file.id,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
        changed_at=uow.now,
    )
    uow.session.add(form)
    uow.session.flush()
    uow.audit("superior.add", form)
    return form


def bind_cell(
    uow: UnitOfWork, form: SuperiorForm, sheet: str, cell: str, bound: Bound, *, version: int | None = None
) -> CellBinding:
    """Say what a cell shows. Raises ``Invalid`` with every finding, ``Conflict`` for a form that changed meanwhile."""
    require(can_change_form(uow.actor, form))
    if version is not None and version != form.version:
        raise Conflict
    found = Findings()
    _check_cell(found, sheet, cell)
    _check_bound(uow, found, bound)
    known = bindings_of(uow.session, form)
    found.check(len(known) < MOST_BOUND or (sheet, cell) in known, "code", _("一个表样最多绑 %(n)s 格", n=MOST_BOUND))
    found.stop()
    row = known.get((sheet, cell)) or CellBinding(form_id=form.id, sheet=sheet, cell=cell, kind=bound.kind)
    row.kind, row.code, row.place_code = bound.kind, bound.code, bound.place_code
    row.months_back = bound.months_back
    row.detail = {"span": bound.span, "words": clean_line(bound.words)[:200], "only": list(bound.only)}
    uow.session.add(row)
    _changed(uow, form)
    uow.audit("superior.bind", form, cell=cell)
    return row


def _changed(uow: UnitOfWork, form: SuperiorForm) -> None:
    """Whoever has the form open must see this first: the version goes up even within one instant."""
    form.changed_at = uow.now
    flag_modified(form, "changed_at")
    uow.session.flush()


def _check_cell(found: Findings, sheet: str, cell: str) -> None:
    try:
        place_of(cell)
    except ValueError:
        found.add("code", _("没有这一格"))
    found.check(0 < len(sheet) <= 60, "code", _("没有这张表"))


def _check_bound(uow: UnitOfWork, found: Findings, bound: Bound) -> None:
    if bound.kind is BindingKind.FIGURE:
        found.check(bound.code in registry.ALL, "code", _("请从列表里选一个指标"))
    elif bound.kind is BindingKind.COLUMN:
        found.check(bound.code in LETTERS, "code", _("请选 A 到 N 中的一栏"))
    elif bound.kind is BindingKind.PEOPLE:
        one = registry.ALL.get(bound.code)
        is_people = isinstance(one, Figure) and one.subject in (Subject.PERSON, Subject.MEMBER)
        found.check(is_people, "code", _("名单要选一个数人的指标"))
        require(can_put_people(uow.actor))
    else:
        is_token = bound.code in TOKENS
        found.check(is_token or bool(clean_line(bound.words)), "words", _("请写要填的文字，或者选一种"))
    is_number = bound.kind in (BindingKind.FIGURE, BindingKind.PEOPLE)
    fits = not bound.only or (is_number and can_narrow(bound.code, bound.only, uow.session))
    found.check(fits, "only", _("这个指标不能这样筛。换一个条件，或者不筛"))
    place = uow.session.scalar(select(Region.path).where(Region.code == bound.place_code)) if bound.place_code else None
    is_mine = not bound.place_code or (place is not None and uow.actor.reaches(place))
    found.check(is_mine, "place_code", _("只能选本辖区的地方"))
    found.check(0 <= bound.months_back <= MOST_BACK, "months_back", _("往前推 0 到 %(n)s 个月", n=MOST_BACK))
    found.check(bound.span in SPANS, "span", _("请选统计哪一段"))


def unbind_cell(uow: UnitOfWork, form: SuperiorForm, sheet: str, cell: str) -> bool:
    """A cell shows what the form says again; done twice it changes nothing."""
    require(can_change_form(uow.actor, form))
    gone = delete(CellBinding).where(
        CellBinding.form_id == form.id, CellBinding.sheet == sheet, CellBinding.cell == cell
    )
    if not uow.session.scalars(gone.returning(CellBinding.id)).all():
        return False
    _changed(uow, form)
    uow.audit("superior.unbind", form, cell=cell)
    return True


def replace_edition(
    uow: UnitOfWork,
    form: SuperiorForm,
    *,
    upload: Upload,
    old: tuple[Grid, ...],
    new: tuple[Grid, ...],
) -> list[str]:
    """A new edition of the workbook: cells keep what they show where the words beside and above them are the same.

    The others lose it; returns their addresses, so that somebody looks at them.
    """
    require(can_change_form(uow.actor, form))
    before, after = _words_by_cell(old), _words_by_cell(new)
    lost = []
    for key, row in bindings_of(uow.session, form).items():
        if key[0] not in {grid.name for grid in new} or before(key) != after(key):
            lost.append(f"{key[0]} {key[1]}")
            uow.session.delete(row)
    previous = uow.session.get_one(StoredFile, form.file_id)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    form.file_id, form.changed_at = file.id, uow.now
    uow.session.flush()
    remove_file(uow, previous)
    uow.session.flush()
    uow.audit("superior.replace", form, lost=len(lost))
    return lost


def _words_by_cell(grids: tuple[Grid, ...]) -> Any:
    named: Mapping[str, Grid] = {grid.name: grid for grid in grids}

    def words(key: tuple[str, str]) -> str:
        grid = named.get(key[0])
        return words_about(grid, key[1]) if grid else ""

    return words


def drop_form(uow: UnitOfWork, form: SuperiorForm) -> None:
    """Keep it no longer; done twice it changes nothing."""
    require(can_change_form(uow.actor, form))
    if not form.is_active:
        raise NotFound
    form.is_active = False
    uow.session.flush()
    uow.audit("superior.drop", form)


def record_filled(uow: UnitOfWork, form: SuperiorForm, *, reason: str, people: int) -> None:
    """The trace of taking a filled form out. Raises ``Invalid`` without a reason where people are named."""
    require(can_keep_forms(uow.actor))
    found, words = Findings(), clean_line(reason)
    found.check(people == 0 or len(words) >= 2, "reason", _("里面有人员名单，请写明拿去做什么"))
    found.stop()
    uow.audit("superior.filled", form, reason=words[:200], people=people)
