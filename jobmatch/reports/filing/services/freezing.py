"""Figures are frozen by one person and signed by another; a correction is a new revision with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.reports.filing.figure_inputs import count_figures, pack_figures, unpack_figures
from jobmatch.reports.filing.gathering import gather_figures, gather_year_table
from jobmatch.reports.filing.inputs import VERSION, count, digest, pack, unpack
from jobmatch.reports.filing.models import Snapshot, Submission
from jobmatch.reports.filing.policies import can_confirm, can_freeze
from jobmatch.reports.filing.states import FormKind

LEAST_WORDS = 4
FIRST_YEAR = 2011


def freeze_year_table(
    uow: UnitOfWork,
    *,
    year: int,
    path: str,
    day: date,
    reason: str = "",
    submission: Submission | None = None,
) -> Snapshot:
    """Freeze the table of ``year`` as it stands for the cut-off ``day``.

    The first of its kind needs no reason; every later one is a revision that does. Raises ``Invalid``, and
    ``Conflict`` where nothing changed since the last revision or that one still waits for its second signature.
    """
    require(can_freeze(uow.actor, path))
    if not FIRST_YEAR <= year <= uow.today.year:
        raise Invalid(fields={"year": _("请选退役年份")})
    if not date(year, 1, 1) <= day <= uow.today:
        raise Invalid(fields={"day": _("数据截止日要在退役年份之后，不能晚于今天")})
    span = (date(year, 1, 1), date(year, 12, 31))
    last, words = _before(uow, FormKind.YEAR_TABLE, path, span[0], day, reason)
    inputs = gather_year_table(uow, year=year, day=day, path=path)
    packed, table = pack(inputs), count(inputs)
    return _keep(uow, FormKind.YEAR_TABLE, path, span, day, packed, table, last, words, submission)


def freeze_figures(
    uow: UnitOfWork,
    form: FormKind,
    codes: Iterable[str],
    *,
    since: date,
    until: date,
    path: str,
    reason: str = "",
    submission: Submission | None = None,
) -> Snapshot:
    """Freeze the figures of ``codes`` over these days, stocks as of the last one; otherwise as the year table is."""
    require(can_freeze(uow.actor, path))
    if not since <= until <= uow.today:
        raise Invalid(fields={"day": _("这一期还没有过完，过完再报")})
    last, words = _before(uow, form, path, since, until, reason)
    inputs = gather_figures(uow, form, codes, since=since, until=until, path=path)
    packed, table = pack_figures(inputs), count_figures(inputs)
    return _keep(uow, form, path, (since, until), until, packed, table, last, words, submission)


def _before(
    uow: UnitOfWork, form: FormKind, path: str, since: date, day: date, reason: str
) -> tuple[Snapshot | None, str]:
    """The version before this one, and the reason for another, once both are as they should be."""
    last, words = last_revision(uow, form, path, since, day), clean_line(reason)[:300]
    if last is not None:
        if last.confirmed_at is None:
            raise Conflict(_("上一版还没有人复核签字，先复核或者作废"))
        if len(words) < LEAST_WORDS:
            raise Invalid(fields={"reason": _("这一期已经封存过，更正要写明原因")})
    return last, words


def _keep(
    uow: UnitOfWork,
    form: FormKind,
    path: str,
    span: tuple[date, date],
    day: date,
    packed: bytes,
    table: bytes,
    last: Snapshot | None,
    words: str,
    submission: Submission | None,
) -> Snapshot:
    fingerprint = digest(packed)
    if last is not None and fingerprint == last.inputs_sha256:
        raise Conflict(_("和上一版一样，没有要更正的"))
    snapshot = Snapshot(
        form=form,
        region_path=path,
        submission_id=submission.id if submission else None,
        period_from=span[0],
        period_to=span[1],
        cut_off_on=day,
        revision=last.revision + 1 if last else 1,
        reason=words if last else "",
        definition_version=VERSION,
        inputs=packed,
        inputs_sha256=fingerprint,
        table=table.decode("utf-8"),
        frozen_at=uow.now,
        frozen_by_id=uow.actor.user_id,
    )
    uow.session.add(snapshot)
    uow.session.flush()
    uow.audit("snapshot.freeze", snapshot, revision=snapshot.revision, sha256=fingerprint[:12])
    return snapshot


def last_revision(uow: UnitOfWork, form: FormKind, path: str, period_from: date, day: date) -> Snapshot | None:
    """The newest frozen version of the same table."""
    query = select(Snapshot).where(
        Snapshot.form == form,
        Snapshot.region_path == path,
        Snapshot.period_from == period_from,
        Snapshot.cut_off_on == day,
    )
    return uow.session.scalars(query.order_by(Snapshot.revision.desc()).limit(1)).first()


def _require_way(snapshot: Snapshot, *, is_submitted: bool) -> None:
    """What was handed in goes the way of its submission, and nothing else signs or drops it."""
    if snapshot.submission_id is not None and not is_submitted:
        raise Conflict(_("这是上报的报表，请在“报表上报”里审核和接收"))


def confirm_snapshot(uow: UnitOfWork, snapshot: Snapshot, *, is_submitted: bool = False) -> Snapshot:
    """The second signature; a second press changes nothing. Raises ``Conflict`` for the person who froze it."""
    _require_way(snapshot, is_submitted=is_submitted)
    if snapshot.confirmed_by_id is not None and snapshot.confirmed_by_id == uow.actor.user_id:
        return snapshot
    if snapshot.frozen_by_id is not None and snapshot.frozen_by_id == uow.actor.user_id:
        raise Conflict(_("要由另一个人复核签字，封存的人不能自己复核"))
    require(can_confirm(uow.actor, snapshot))
    if snapshot.confirmed_at is not None:
        raise Conflict(_("已经复核签字了"))
    if problems_of(snapshot):
        raise Conflict(_("这份数据重新统计后对不上，不能签字，请联系管理员"))
    snapshot.confirmed_at, snapshot.confirmed_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("snapshot.confirm", snapshot)
    return snapshot


def drop_snapshot(uow: UnitOfWork, snapshot: Snapshot, *, is_submitted: bool = False) -> None:
    """Take back a version that nobody signed yet. Raises ``Conflict`` after the second signature."""
    _require_way(snapshot, is_submitted=is_submitted)
    require(can_freeze(uow.actor, snapshot.region_path))
    if snapshot.confirmed_at is not None:
        raise Conflict(_("已经复核签字，不能作废；要更正请再封存一版"))
    uow.audit("snapshot.drop", snapshot)
    uow.session.delete(snapshot)
    uow.session.flush()


def problems_of(snapshot: Snapshot) -> list[str]:
    """What is wrong with a snapshot: empty where hash and table follow from its inputs byte for byte."""
    try:
        again, table = _again(snapshot)
    except Invalid:
        return ["inputs"]
    found = []
    if digest(snapshot.inputs) != snapshot.inputs_sha256 or again != snapshot.inputs:
        found.append("sha256")
    if table != snapshot.table.encode("utf-8"):
        found.append("table")
    return found


def _again(snapshot: Snapshot) -> tuple[bytes, bytes]:
    """The inputs packed once more, and the table counted from them."""
    if snapshot.form is FormKind.YEAR_TABLE:
        inputs = unpack(snapshot.inputs)
        return pack(inputs), count(inputs)
    figures = unpack_figures(snapshot.inputs)
    return pack_figures(figures), count_figures(figures)
