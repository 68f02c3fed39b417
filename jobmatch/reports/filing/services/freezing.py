"""Figures are frozen by one person and signed by another; a correction is a new revision with its reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.reports.filing.gathering import gather_year_table
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
    last = last_revision(uow, FormKind.YEAR_TABLE, path, date(year, 1, 1), day)
    words = clean_line(reason)[:300]
    if last is not None:
        if last.confirmed_at is None:
            raise Conflict(_("上一版还没有人复核签字，先复核或者作废"))
        if len(words) < LEAST_WORDS:
            raise Invalid(fields={"reason": _("这一期已经封存过，更正要写明原因")})
    inputs = gather_year_table(uow, year=year, day=day, path=path)
    packed = pack(inputs)
    fingerprint = digest(packed)
    if last is not None and fingerprint == last.inputs_sha256:
        raise Conflict(_("和上一版一样，没有要更正的"))
    snapshot = Snapshot(
        form=FormKind.YEAR_TABLE,
        region_path=path,
        submission_id=submission.id if submission else None,
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
        cut_off_on=day,
        revision=last.revision + 1 if last else 1,
        reason=words if last else "",
        definition_version=VERSION,
        inputs=packed,
        inputs_sha256=fingerprint,
        table=count(inputs).decode("utf-8"),
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


def confirm_snapshot(uow: UnitOfWork, snapshot: Snapshot) -> Snapshot:
    """The second signature; a second press changes nothing. Raises ``Conflict`` for the person who froze it."""
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


def drop_snapshot(uow: UnitOfWork, snapshot: Snapshot) -> None:
    """Take back a version that nobody signed yet. Raises ``Conflict`` after the second signature."""
    require(can_freeze(uow.actor, snapshot.region_path))
    if snapshot.confirmed_at is not None:
        raise Conflict(_("已经复核签字，不能作废；要更正请再封存一版"))
    uow.audit("snapshot.drop", snapshot)
    uow.session.delete(snapshot)
    uow.session.flush()


def problems_of(snapshot: Snapshot) -> list[str]:
    """What is wrong with a snapshot: empty where hash and table follow from its inputs byte for byte."""
    try:
        inputs = unpack(snapshot.inputs)
    except Invalid:
        return ["inputs"]
    found = []
    if digest(snapshot.inputs) != snapshot.inputs_sha256 or pack(inputs) != snapshot.inputs:
        found.append("sha256")
    if count(inputs) != snapshot.table.encode("utf-8"):
        found.append("table")
    return found
