"""Drawing samples of claimed jobs, and noting what was heard on the phone. The register is never changed from here."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.people.services.people import Revealed, reveal_person
from jobmatch.reference.queries import add_working_days, rule_value
from jobmatch.reports.campaigns.models import SpotCheck, SpotCheckLine
from jobmatch.reports.campaigns.policies import can_call_back, can_draw_spot_check
from jobmatch.reports.campaigns.spots import claimed_jobs, get_line, recorders, sample, sample_size, tallies
from jobmatch.reports.campaigns.states import SpotResult

CALL_DAYS = 7
MEND_WORKING_DAYS = 5
TO_MEND = (SpotResult.FALSE, SpotResult.CHANGED)
"""Results after which the station has to look at the register again."""


def draw_spot_check(uow: UnitOfWork, station: Organization) -> SpotCheck:
    """Draw among the jobs that a station claims today; the size is the dated rules' (抽查比例、最少人数).

    The seed comes from nobody's hand and is kept, so the sample can be drawn again. A second press on the same day
    gives the same sample. Raises ``Conflict`` while the sample before is not called through, so that nobody draws
    until the sample pleases; ``Invalid`` where the station claims no job.
    """
    require(can_draw_spot_check(uow.actor, station.region_path) and station.kind is OrganizationKind.STATION)
    uow.session.execute(select(Organization.id).where(Organization.id == station.id).with_for_update())
    latest = select(SpotCheck).where(SpotCheck.station_id == station.id).order_by(SpotCheck.id.desc()).limit(1)
    before = uow.session.scalars(latest).one_or_none()
    if before is not None and before.drawn_on == uow.today:
        return before
    waiting = tallies(uow.session, [before.id])[before.id].waiting if before is not None else 0
    if waiting:
        raise Conflict(_("上一次抽查还有 %(n)s 个没打电话，打完再抽", n=waiting))
    ids = list(uow.session.scalars(claimed_jobs(station.region_path, uow.today)))
    if not ids:
        raise Invalid(fields={"station": _("这个站现在没有核实有效的就业，没有可抽的")})
    percent = int(rule_value(uow.session, "spot_check_percent", uow.today))
    size = sample_size(len(ids), percent, int(rule_value(uow.session, "spot_check_least", uow.today)))
    public_id = new_public_id()
    check = SpotCheck(
        public_id=public_id,
        region_path=station.region_path,
        station_id=station.id,
        station=station,
        drawn_on=uow.today,
        claimed_count=len(ids),
        share_percent=percent,
        seed=int.from_bytes(hashlib.sha256(public_id.encode()).digest()[:4]) & 0x7FFFFFFF,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(check)
    uow.session.flush()
    uow.session.add_all(SpotCheckLine(spot_check_id=check.id, spell_id=one) for one in sample(ids, check.seed, size))
    uow.session.flush()
    open_task(
        uow,
        once=once_of(check),
        kind=TaskKind.SPOT_CHECK,
        title=_("抽查回访：%(station)s，%(n)s 人", station=station.name, n=size),
        due_on=uow.today + timedelta(days=CALL_DAYS),
        region_path=uow.actor.region_path or station.region_path,
        link=f"/staff/spot-checks/{check.public_id}",
    )
    uow.audit("spot_check.draw", check, claimed=len(ids), drawn=size)
    return check


def once_of(check: SpotCheck) -> str:
    """The occasion of the calling office's task."""
    return f"spot-check:{check.public_id}"


def record_result(uow: UnitOfWork, check: SpotCheck, line_id: str, *, result: str, note: str = "") -> SpotCheckLine:
    """What was heard about one job. The same again changes nothing; 没打通 may be called again.

    不属实 and 变了 open a task at the person's station to look at the register; the line of the register stays as it
    is. Raises ``NotAllowed`` for whoever recorded or confirmed the job, ``Invalid``, ``Conflict`` for another result.
    """
    line, spell, person = get_line(uow.session, check, line_id)
    _require_other(uow, check, spell)
    if result not in set(SpotResult):
        raise Invalid(fields={"result": _("请选听到的结果")})
    heard, found, words = SpotResult(result), Findings(), clean_line(note)[:200]
    if line.result is heard and heard is not SpotResult.NOT_REACHED:
        return line
    found.check(heard not in TO_MEND or bool(words), "note", _("请写一句听到了什么"))
    keep_secrets_out(found, {"note": words}, accept_masked=False)
    found.stop()
    open_states = SpotCheckLine.result.is_(None) | (SpotCheckLine.result == SpotResult.NOT_REACHED)
    taken = uow.session.execute(
        update(SpotCheckLine)
        .where(SpotCheckLine.id == line.id, open_states)
        .values(result=heard, note=words, called_at=uow.now, called_by_id=uow.actor.user_id)
        .execution_options(synchronize_session=False)
    )
    if not getattr(taken, "rowcount", 0):
        raise Conflict(_("这一条已经记了别的结果，不能再改"))
    uow.session.refresh(line)
    if heard in TO_MEND:
        _ask_to_mend(uow, line, person, heard)
    if not tallies(uow.session, [check.id])[check.id].waiting:
        close_task(uow, once=once_of(check), outcome=_("都打过了"))
    uow.audit("spot_check.call", line, result=heard.value)
    return line


def _ask_to_mend(uow: UnitOfWork, line: SpotCheckLine, person: Person, heard: SpotResult) -> None:
    due_on, _known = add_working_days(uow.session, uow.today, MEND_WORKING_DAYS)
    open_task(
        uow,
        once=f"spot-line:{line.public_id}",
        kind=TaskKind.SPOT_CHECK,
        title=_("抽查%(result)s：核对就业台账", result=heard.label),
        due_on=due_on,
        person=person,
        link=f"/staff/people/{person.public_id}",
    )


def reveal_line(uow: UnitOfWork, check: SpotCheck, line_id: str) -> Revealed:
    """The phone of somebody to call back; the audit keeps who looked. Raises as ``record_result`` and ``reveal``."""
    line, spell, person = get_line(uow.session, check, line_id)
    _require_other(uow, check, spell)
    return reveal_person(uow, person, reason=_("就业抽查回访 %(id)s", id=line.public_id))


def _require_other(uow: UnitOfWork, check: SpotCheck, spell: EmploymentSpell) -> None:
    require(can_draw_spot_check(uow.actor, check.region_path))
    if not can_call_back(uow.actor, check, recorders(uow.session, [spell])[spell.id]):
        raise NotAllowed(_("这一条是您登记或核实的，请换一位同事打电话"))
