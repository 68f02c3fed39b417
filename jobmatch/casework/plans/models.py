"""Service plans, what was done, hardship under a lock of its own, referrals, and contracted experts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import clean_phone
from jobmatch.casework.plans.states import (
    Answer,
    ConsentWay,
    HardshipKind,
    NeedKind,
    Office,
    PlanState,
    ReferralState,
    SupportKind,
)
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class ServicePlan(PublicIdMixin, VersionMixin, Base):
    """一对一服务计划: what somebody needs, what is to come of it, and when it is looked at again. One open a person."""

    __tablename__ = "service_plan"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed"),
        Index(
            "uq_service_plan_person_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[PlanState] = mapped_column(stored(PlanState, "state"), default=PlanState.OPEN)
    goal: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})
    opened_on: Mapped[date]
    review_on: Mapped[date]
    closed_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    needs: Mapped[list[PlanNeed]] = relationship(lazy="raise", order_by="PlanNeed.kind", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PlanNeed(Base):
    """One need of a plan, until it is met."""

    __tablename__ = "plan_need"
    __table_args__ = (UniqueConstraint("plan_id", "kind"), Index("ix_plan_need_kind", "kind", "met_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("service_plan.id"))
    kind: Mapped[NeedKind] = mapped_column(stored(NeedKind, "kind"))
    met_on: Mapped[date | None]


class Support(PublicIdMixin, VersionMixin, Base):
    """Something done for somebody on a day. A recommendation names the employer and gets an answer."""

    __tablename__ = "support"
    __table_args__ = (
        CheckConstraint("kind = 'recommendation' OR answer IS NULL", name="only_slips_are_answered"),
        Index("ix_support_kind_happened_on", "kind", "happened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[SupportKind] = mapped_column(stored(SupportKind, "kind"))
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(String(300), default="", info={"data": "recruit-3y"})
    employer_name: Mapped[str] = mapped_column(String(120), default="")
    post: Mapped[str] = mapped_column(String(80), default="")
    answer: Mapped[Answer | None] = mapped_column(stored(Answer, "answer"))
    answered_on: Mapped[date | None]
    answer_reason: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"), index=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Expert(PublicIdMixin, Base):
    """签约专业人才: somebody who counsels people under an agreement; sessions are counted in 人次."""

    __tablename__ = "expert"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    field: Mapped[str] = mapped_column(String(80))
    employer_name: Mapped[str] = mapped_column(String(120), default="")
    phone = Secret(normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    region_path: Mapped[str] = mapped_column(RegionPath, index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Hardship(PublicIdMixin, Base):
    """A fact of hardship. Number and words are sealed; employers and the ranking never see any of it."""

    __tablename__ = "hardship"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("kind != 'recognized' OR number_sealed IS NOT NULL", name="number"),
        Index("ix_hardship_person_kind", "person_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[HardshipKind] = mapped_column(stored(HardshipKind, "kind"), info={"data": "sensitive"})
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    number = Secret()
    number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "sensitive"})
    note = Secret()
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "sensitive"})
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]


class Referral(PublicIdMixin, VersionMixin, Base):
    """转介单: a matter taken to another office with the person's consent, until its answer is told."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("state NOT IN ('answered', 'told') OR answered_on IS NOT NULL", name="answered"),
        Index("ix_referral_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    office: Mapped[Office] = mapped_column(stored(Office, "office"))
    state: Mapped[ReferralState] = mapped_column(stored(ReferralState, "state"), default=ReferralState.SENT)
    matter: Mapped[str] = mapped_column(String(200), info={"data": "recruit-3y"})
    consent_way: Mapped[ConsentWay] = mapped_column(stored(ConsentWay, "consent_way"))
    consented_on: Mapped[date]
    sent_on: Mapped[date]
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(300), default="", info={"data": "recruit-3y"})
    told_on: Mapped[date | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}
