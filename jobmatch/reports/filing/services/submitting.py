"""The walk of a submission (上报): a station fills, who sits above it reviews, the county or city accepts.

Handing in freezes the form as it is then, so that what is reviewed is what is accepted; accepting signs that version.
Filled, reviewed and accepted are three different persons. Where no station sits above, a second and third person of the
same office review and accept.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import get_organization_name, members_of, own_organization
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reports.filing import notices
from jobmatch.reports.filing.calendar import DuePeriod, forms_of, last_due, period_words
from jobmatch.reports.filing.hooks import tell_accepted
from jobmatch.reports.filing.models import Snapshot, Submission, SubmissionMove
from jobmatch.reports.filing.policies import can_accept, can_fill, can_review
from jobmatch.reports.filing.queries import frozen_of, has_station_above
from jobmatch.reports.filing.services.freezing import (
    LEAST_WORDS,
    confirm_snapshot,
    drop_snapshot,
    freeze_figures,
    freeze_year_table,
)
from jobmatch.reports.filing.shown import against_zero, codes_of, shown_form
from jobmatch.reports.filing.states import (
    OPEN_STATES,
    SUBMISSION_FLOW,
    FormKind,
    SubmissionState,
    SubmissionStep,
)

MOST_WORDS = 200
MOST_REMARKS = 60


def open_submission(uow: UnitOfWork, form: FormKind) -> Submission:
    """The form of the actor's own station for the last period that is over; made where it is not there yet.

    Raises ``NotFound`` for a form that a station of this level does not report.
    """
    station = own_organization(uow.session, uow.actor)
    require(can_fill(uow.actor, station.region_path))
    if form not in forms_of(station.region_path):
        raise NotFound
    return record_due(uow, station, last_due(uow.session, form, uow.today))


def record_due(uow: UnitOfWork, station: Organization, period: DuePeriod) -> Submission:
    """A form that a station owes, with the task of its desk; the same one again whoever asks. For timed work."""
    known = uow.session.scalars(
        select(Submission).where(
            Submission.station_id == station.id,
            Submission.form == period.form,
            Submission.period_from == period.since,
        )
    ).one_or_none()
    if known is not None:
        return known
    submission = Submission(
        form=period.form,
        station_id=station.id,
        region_path=station.region_path,
        period_from=period.since,
        period_to=period.until,
        cut_off_on=period.cut_off,
        due_on=period.due_on,
        created_at=uow.now,
        remarks={},
        returns={},
    )
    uow.session.add(submission)
    uow.session.flush()
    _open_desk_task(uow, submission, station)
    return submission


def task_key(uow: UnitOfWork, submission: Submission) -> str:
    """The occasion of the desk's task; a form that was returned or is amended is another one each time."""
    again = (SubmissionStep.RETURN, SubmissionStep.AMEND)
    query = select(func.count()).where(SubmissionMove.submission_id == submission.id, SubmissionMove.step.in_(again))
    return f"filing:{submission.public_id}:{uow.session.scalar(query)}"


def _open_desk_task(uow: UnitOfWork, submission: Submission, station: Organization) -> None:
    open_task(
        uow,
        once=task_key(uow, submission),
        kind=TaskKind.REPORT_DUE,
        title=_(
            "上报：%(form)s，%(period)s",
            form=submission.form.label,
            period=period_words(submission.form, submission.period_from),
        ),
        due_on=max(submission.due_on, uow.today),
        organization=station,
        link=f"/staff/filings/{submission.public_id}",
    )


def _locked(uow: UnitOfWork, submission: Submission) -> Submission:
    """The row as it is now, until the unit ends; two at once wait for each other here."""
    uow.session.flush()
    uow.session.refresh(submission, with_for_update=True)
    return submission


def _step(uow: UnitOfWork, submission: Submission, step: SubmissionStep, reason: str = "") -> None:
    after = SUBMISSION_FLOW.get((submission.state, step))
    if after is None:
        raise Conflict(_("这份报表现在是“%(state)s”，不能再这样办，请刷新", state=submission.state.label))
    submission.state = after
    uow.session.add(
        SubmissionMove(submission_id=submission.id, step=step, reason=reason, at=uow.now, by_id=uow.actor.user_id)
    )
    uow.session.flush()
    uow.audit(f"submission.{step.value}", submission, form=submission.form.value)


def _cell_words(found: Findings, words: Mapping[str, str], keys: set[str], prefix: str) -> dict[str, str]:
    """Words by cell, without the empty ones; a cell that the form does not have is left out."""
    kept = {key: clean_line(text) for key, text in words.items() if key in keys and clean_line(text)}
    for key, text in kept.items():
        found.check(len(text) <= MOST_WORDS, f"{prefix}-{key}", _("一栏的说明最多 %(n)s 个字", n=MOST_WORDS))
    keep_secrets_out(found, {f"{prefix}-{key}": text for key, text in kept.items()}, accept_masked=False)
    return kept


def save_submission(
    uow: UnitOfWork, submission: Submission, *, remarks: Mapping[str, str], head: str, version: int | None = None
) -> Submission:
    """Keep the station's words by cell and who answers for the numbers. Raises ``Invalid``, ``Conflict``."""
    require(can_fill(uow.actor, submission.region_path))
    if submission.state not in OPEN_STATES:
        raise Conflict(_("这份报表现在是“%(state)s”，不能再改", state=submission.state.label))
    if version is not None and version != submission.version:
        raise Conflict
    found = Findings()
    kept = _cell_words(found, remarks, shown_form(uow, submission, None).keys, "remark")
    found.check(len(clean_line(head)) <= 60, "head", _("最多 60 个字"))
    found.stop()
    submission.remarks, submission.head = kept, clean_line(head)
    uow.session.flush()
    return submission


def submit(uow: UnitOfWork, submission: Submission, *, is_zero: bool = False) -> Submission:
    """Hand the form in: it is frozen as it stands now. Handed in twice by the same person it changes nothing.

    Raises ``Invalid`` without a head of the office, and for a zero report where there is something to report.
    """
    require(can_fill(uow.actor, submission.region_path))
    submission = _locked(uow, submission)
    if submission.state is SubmissionState.SUBMITTED and submission.filled_by_id == uow.actor.user_id:
        return submission
    if (submission.state, SubmissionStep.SUBMIT) not in SUBMISSION_FLOW:
        raise Conflict(_("这份报表现在是“%(state)s”，不能再上报", state=submission.state.label))
    if not submission.head:
        raise Invalid(fields={"head": _("请填单位负责人")})
    frozen = _freeze(uow, submission)
    if is_zero:
        left_out = against_zero(submission.form, shown_form(uow, submission, frozen).numbers)
        if left_out:
            raise Invalid(_("台账里有：%(what)s，不能报零", what=left_out))
    key = task_key(uow, submission)
    submission.is_zero, submission.returns = is_zero, {}
    submission.filled_by_id = uow.actor.user_id
    # Whether it came in time is a matter of the first version, however late it is amended.
    submission.submitted_at = submission.submitted_at or uow.now
    submission.reviewed_by_id = submission.reviewed_at = submission.accepted_by_id = submission.accepted_at = None
    _step(uow, submission, SubmissionStep.SUBMIT)
    close_task(uow, once=key, outcome=_("已上报"))
    return submission


def _freeze(uow: UnitOfWork, submission: Submission) -> Snapshot:
    reason = _reason(uow, submission)
    path, since = submission.region_path, submission.period_from
    if submission.form is FormKind.YEAR_TABLE:
        return freeze_year_table(
            uow, year=since.year, path=path, day=submission.cut_off_on, reason=reason, submission=submission
        )
    return freeze_figures(
        uow,
        submission.form,
        codes_of(submission.form),
        since=since,
        until=submission.period_to,
        path=path,
        reason=reason,
        submission=submission,
    )


def _reason(uow: UnitOfWork, submission: Submission) -> str:
    """Why there is another version: what was said when it was opened again."""
    query = select(SubmissionMove.reason).where(
        SubmissionMove.submission_id == submission.id, SubmissionMove.step == SubmissionStep.AMEND
    )
    said = uow.session.scalar(query.order_by(SubmissionMove.id.desc()).limit(1))
    return said or _("上报时另存一版")


def take_back(uow: UnitOfWork, submission: Submission) -> Submission:
    """The station takes it back before anybody reviewed it; the frozen version goes."""
    require(can_fill(uow.actor, submission.region_path))
    submission = _locked(uow, submission)
    _step(uow, submission, SubmissionStep.TAKE_BACK)
    _drop_frozen(uow, submission)
    _forget_day(submission)
    uow.session.flush()
    return submission


def _forget_day(submission: Submission) -> None:
    if submission.revision == 1:
        submission.submitted_at = None


def _drop_frozen(uow: UnitOfWork, submission: Submission) -> None:
    frozen = frozen_of(uow.session, submission)
    if frozen is not None and frozen.confirmed_at is None:
        drop_snapshot(uow, frozen, is_submitted=True)


def review(uow: UnitOfWork, submission: Submission) -> Submission:
    """Whoever sits above the station, and did not fill it, finds it right. Raises ``Conflict`` otherwise."""
    submission = _locked(uow, submission)
    if submission.state is SubmissionState.REVIEWED and submission.reviewed_by_id == uow.actor.user_id:
        return submission
    _require_other(uow, submission.filled_by_id, _("填报的人不能自己审核，请另一个人登录来审核"))
    require(can_review(uow.actor, submission, has_above=has_station_above(uow.session, submission.region_path)))
    _step(uow, submission, SubmissionStep.REVIEW)
    submission.reviewed_by_id, submission.reviewed_at = uow.actor.user_id, uow.now
    uow.session.flush()
    return submission


def accept(uow: UnitOfWork, submission: Submission) -> Submission:
    """The county or city accepts what was reviewed, and signs the frozen version with it."""
    submission = _locked(uow, submission)
    if submission.state is SubmissionState.ACCEPTED and submission.accepted_by_id == uow.actor.user_id:
        return submission
    _require_other(uow, submission.filled_by_id, _("填报的人不能自己接收"))
    _require_other(uow, submission.reviewed_by_id, _("审核的人不能自己接收，请另一个人登录来接收"))
    require(can_accept(uow.actor, submission, has_above=has_station_above(uow.session, submission.region_path)))
    submission.accepted_by_id, submission.accepted_at = uow.actor.user_id, uow.now
    _step(uow, submission, SubmissionStep.ACCEPT)
    frozen = frozen_of(uow.session, submission)
    if frozen is None:
        raise Conflict(_("封存的数据不见了，请退回重新上报"))
    confirm_snapshot(uow, frozen, is_submitted=True)
    tell_accepted(uow, submission)
    return submission


def _require_other(uow: UnitOfWork, user_id: int | None, words: str) -> None:
    if user_id is not None and user_id == uow.actor.user_id:
        raise Conflict(words)


def send_back(uow: UnitOfWork, submission: Submission, *, returns: Mapping[str, str], reason: str = "") -> Submission:
    """Return it with a reason for each cell that is wrong, or one for the whole. The station gets a task and a message.

    Raises ``Invalid`` without any reason.
    """
    submission = _locked(uow, submission)
    above = has_station_above(uow.session, submission.region_path)
    require(
        can_review(uow.actor, submission, has_above=above)
        if submission.state is SubmissionState.SUBMITTED
        else can_accept(uow.actor, submission, has_above=above)
    )
    found, words = Findings(), clean_line(reason)[:300]
    cells = _cell_words(found, returns, shown_form(uow, submission, None).keys, "return")
    found.check(bool(cells) or len(words) >= LEAST_WORDS, "reason", _("请写明为什么退回，或者在有问题的栏里写"))
    found.stop()
    _step(uow, submission, SubmissionStep.RETURN, words or _("%(n)s 栏有问题", n=len(cells)))
    _drop_frozen(uow, submission)
    submission.returns = cells or {"": words}
    submission.reviewed_at = None
    _forget_day(submission)
    uow.session.flush()
    station = uow.session.get_one(Organization, submission.station_id)
    _open_desk_task(uow, submission, station)
    _tell(uow, submission, notices.returned, f"back:{submission.version}")
    return submission


def amend(uow: UnitOfWork, submission: Submission, *, reason: str) -> Submission:
    """Open an accepted form again: the next version is a revision with this reason, the old one stays as it is."""
    require(can_fill(uow.actor, submission.region_path))
    submission, words = _locked(uow, submission), clean_line(reason)[:300]
    if len(words) < LEAST_WORDS:
        raise Invalid(fields={"reason": _("请写明为什么更正，至少 %(n)s 个字", n=LEAST_WORDS)})
    _step(uow, submission, SubmissionStep.AMEND, words)
    submission.revision += 1
    uow.session.flush()
    _open_desk_task(uow, submission, uow.session.get_one(Organization, submission.station_id))
    return submission


def _tell(uow: UnitOfWork, submission: Submission, words: notices.Words, once: str) -> int:
    told = 0
    name = get_organization_name(uow.session, submission.station_id)
    for user in members_of(uow.session, submission.station_id):
        title, body = words(submission, name)
        sent = send(
            uow,
            user,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=body,
            link=f"/staff/filings/{submission.public_id}",
            once=f"filing:{submission.public_id}:{once}",
        )
        told += sent is not None
    return told


def urge(uow: UnitOfWork, submission: Submission) -> int:
    """催报: tell the station's people that the form is missing, once a day; returns how many were told."""
    require(uow.actor.is_system or can_fill(uow.actor, submission.region_path))
    if submission.state not in OPEN_STATES:
        raise Conflict(_("已经上报了，不用再催"))
    told = _tell(uow, submission, notices.due, f"due:{uow.today}")
    submission.reminded_on = uow.today
    uow.session.flush()
    uow.audit("submission.urge", submission, told=told)
    return told
