"""Reviewing an application: scores by criterion, standing aside, and the decision that follows from them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.queries import add_working_days
from training.incubation.parks.models import Tenancy, TenancyReview
from training.incubation.parks.policies import can_review_tenancy
from training.incubation.parks.services.common import lock_tenancy, rule_number, rule_words, settle, step
from training.incubation.parks.states import Criterion, TenancyState
from training.incubation.ventures.models import VentureFounder

LEAST_REVIEWS = 3
"""So many reviewers who did not stand aside must have scored before anything is decided; a usual panel has 3 to 7.

No rule of the county sets it: it is the product's own, from the odd panels that the provincial notices describe.
"""
MOST_POINTS = 20


def has_stake(uow: UnitOfWork, tenancy: Tenancy) -> bool:
    """Whether the actor is somebody of the venture: its founder, or who wished it."""
    if uow.actor.user_id is None:
        return False
    founders = select(VentureFounder.person_id).where(VentureFounder.venture_id == tenancy.venture_id)
    query = select(Person.id).where(
        Person.user_id == uow.actor.user_id,
        or_(Person.id.in_(founders), Person.id == tenancy.venture.person_id),
    )
    return uow.session.scalar(query.limit(1)) is not None


def _own_review(uow: UnitOfWork, tenancy: Tenancy) -> TenancyReview | None:
    require(can_review_tenancy(uow.actor, tenancy) and uow.actor.user_id is not None)
    lock_tenancy(uow, tenancy)
    if tenancy.state is not TenancyState.ACCEPTED:
        raise Conflict(_("这笔入驻现在是“%(state)s”，不在评审", state=tenancy.state.label))
    query = select(TenancyReview).where(
        TenancyReview.tenancy_id == tenancy.id, TenancyReview.user_id == uow.actor.user_id
    )
    return uow.session.scalars(query).one_or_none()


def score_tenancy(
    uow: UnitOfWork, tenancy: Tenancy, *, scores: Mapping[str, int | None], words: str = ""
) -> TenancyReview:
    """Score an application, 0 to 20 by criterion; scoring again before the decision changes the own scores.

    Raises ``Invalid`` for a reviewer who founded the venture, who stood aside, or with scores out of range.
    """
    review = _own_review(uow, tenancy)
    if has_stake(uow, tenancy):
        raise Invalid(_("您是这个项目的人，不能打分，请按“回避”（回避规定：评审人和申请项目有关系的，不参加评审）"))
    if review is not None and review.is_recused:
        raise Invalid(_("您已经回避，不能再打分"))
    found, given = Findings(), {}
    for one in Criterion:
        points = scores.get(one.value)
        is_fine = points is not None and 0 <= points <= MOST_POINTS
        found.check(is_fine, one.value, _("请打 0 到 %(n)s 分", n=MOST_POINTS))
        given[one.value] = points or 0
    found.stop()
    review = _write(uow, tenancy, review, scores=given, total=sum(given.values()), words=words)
    uow.audit("tenancy.score", tenancy, total=review.total)
    return review


def recuse_from(uow: UnitOfWork, tenancy: Tenancy, *, words: str) -> TenancyReview:
    """Stand aside and say why (founder, relative, partner); scores given before do not count any more."""
    review = _own_review(uow, tenancy)
    if review is not None and review.is_recused:
        raise Conflict(_("您已经回避过了"))
    if len(clean_line(words)) < 2:
        raise Invalid(fields={"words": _("请写和这个项目是什么关系")})
    review = _write(uow, tenancy, review, scores={}, total=None, words=words)
    uow.audit("tenancy.recuse", tenancy)
    return review


def _write(
    uow: UnitOfWork,
    tenancy: Tenancy,
    review: TenancyReview | None,
    *,
    scores: dict[str, int],
    total: int | None,
    words: str,
) -> TenancyReview:
    if review is None:
        review = TenancyReview(tenancy_id=tenancy.id, user_id=uow.actor.user_id)
        uow.session.add(review)
    review.scores, review.total, review.is_recused = scores, total, total is None
    review.words, review.reviewed_at = clean_line(words)[:300], uow.now
    uow.session.flush()
    return review


def decide_tenancy(uow: UnitOfWork, tenancy: Tenancy) -> Tenancy:
    """Pass into the public notice where the average of the scores is high enough, else reject.

    Raises ``Conflict`` while fewer than ``LEAST_REVIEWS`` reviewers scored.
    """
    require(can_review_tenancy(uow.actor, tenancy))
    if has_stake(uow, tenancy):
        raise Invalid(_("您是这个项目的人，请让别的同事定"))
    lock_tenancy(uow, tenancy)
    query = select(TenancyReview.total).where(
        TenancyReview.tenancy_id == tenancy.id, TenancyReview.is_recused.is_(False)
    )
    totals = [total for total in uow.session.scalars(query) if total is not None]
    if tenancy.state is TenancyState.ACCEPTED and len(totals) < LEAST_REVIEWS:
        short = LEAST_REVIEWS - len(totals)
        raise Conflict(_("有效评分 %(n)s 份，还差 %(short)s 份才能定", n=len(totals), short=short))
    average = sum(totals) / len(totals) if totals else 0.0
    is_passed = average >= rule_number(uow, "tenancy_pass_score")
    words = _("%(n)s 人评审，平均 %(average)s 分", n=len(totals), average=f"{average:.1f}")
    after = step(uow, tenancy, "notice" if is_passed else "reject", note=words)
    until = None
    if is_passed:
        until, _estimated = add_working_days(uow.session, uow.today, rule_number(uow, "tenancy_notice_days"))
    settle(uow, tenancy, after, decided_words=words, noticed_until=until)
    uow.audit("tenancy.decide", tenancy, passed=is_passed)
    return tenancy


def reject_noticed(uow: UnitOfWork, tenancy: Tenancy, *, words: str) -> Tenancy:
    """An objection to the public notice was right: the venture does not move in."""
    require(can_review_tenancy(uow.actor, tenancy))
    text = clean_line(words)[:300]
    if len(text) < 4:
        raise Invalid(fields={"words": _("请写异议是什么、怎么核实的")})
    lock_tenancy(uow, tenancy)
    if tenancy.state is not TenancyState.NOTICED:
        raise Conflict(_("这笔入驻现在是“%(state)s”，不能再这样办", state=tenancy.state.label))
    settle(uow, tenancy, step(uow, tenancy, "reject", note=text), decided_words=text)
    uow.audit("tenancy.reject", tenancy)
    return tenancy


def pass_rule(uow: UnitOfWork) -> str:
    """The rule of the average that passes, in words."""
    return rule_words(uow, "tenancy_pass_score")
