"""The support ledger (扶持台账): policies, budgets, supports, what was paid, and their papers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.models.person import Person
from training.incubation.support.states import SupportState
from training.incubation.ventures.models import Venture


class SupportPolicy(PublicIdMixin, VersionMixin, Base):
    """What an office gives by which paper, from when to when. Limits are for one person; NULL: none.

    ``most_yuan`` over all years, ``yearly_yuan`` in one calendar year, ``most_times`` over all years. ``notice_days``
    are working days of public notice before anything is paid; 0: none.
    """

    __tablename__ = "support_policy"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days"),
        CheckConstraint("notice_days >= 0", name="notice"),
        Index("ix_support_policy_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(300))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    most_yuan: Mapped[int | None]
    yearly_yuan: Mapped[int | None]
    most_times: Mapped[int | None]
    notice_days: Mapped[int] = mapped_column(default=0)
    papers: Mapped[str] = mapped_column(String(300), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class SupportBudget(Base):
    """How much an office may spend on one kind of support in one year, in whole yuan."""

    __tablename__ = "support_budget"
    __table_args__ = (
        UniqueConstraint("region_path", "year", "kind_code"),
        CheckConstraint("amount_yuan >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    year: Mapped[int]
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"))
    amount_yuan: Mapped[int]


class VentureSupport(PublicIdMixin, VersionMixin, Base):
    """One support of a venture, for one of its people (``person_id``, NULL once erased). Money in whole yuan.

    ``paid_yuan`` equals the sum of its payments and never exceeds ``approved_yuan``. ``quantity`` counts what is not
    money, in the unit of its kind. Of a loan: ``loan_yuan`` lent by ``lender`` at ``rate_points`` hundredths of a
    percent a year for ``loan_months``.
    """

    __tablename__ = "venture_support"
    __table_args__ = (
        CheckConstraint("asked_yuan >= 0 AND quantity >= 0 AND loan_yuan >= 0", name="asked"),
        CheckConstraint("approved_yuan IS NULL OR approved_yuan >= 0", name="approved_yuan"),
        CheckConstraint("paid_yuan BETWEEN 0 AND coalesce(approved_yuan, 0)", name="paid_yuan"),
        CheckConstraint("state NOT IN ('approved', 'noticed', 'paid') OR approved_on IS NOT NULL", name="approved"),
        CheckConstraint("state <> 'noticed' OR noticed_until IS NOT NULL", name="noticed"),
        Index("ix_venture_support_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("support_policy.id"), index=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("support_kind.code"), index=True)
    state: Mapped[SupportState] = mapped_column(stored(SupportState, "state"), default=SupportState.APPLIED, index=True)
    asked_yuan: Mapped[int] = mapped_column(default=0)
    approved_yuan: Mapped[int | None]
    paid_yuan: Mapped[int] = mapped_column(default=0)
    quantity: Mapped[int] = mapped_column(default=0)
    lender: Mapped[str] = mapped_column(String(60), default="")
    loan_yuan: Mapped[int] = mapped_column(default=0)
    rate_points: Mapped[int] = mapped_column(default=0)
    loan_months: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(300), default="")
    applied_on: Mapped[date]
    approved_on: Mapped[date | None]
    noticed_from: Mapped[date | None]
    noticed_until: Mapped[date | None]
    given_on: Mapped[date | None]
    decided_words: Mapped[str] = mapped_column(String(300), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    venture: Mapped[Venture] = relationship(lazy="raise")
    policy: Mapped[SupportPolicy] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class SupportPayment(PublicIdMixin, Base):
    """Money that was paid for a support on a day; whole yuan."""

    __tablename__ = "support_payment"
    __table_args__ = (
        UniqueConstraint("support_id", "voucher"),
        CheckConstraint("amount_yuan > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    support_id: Mapped[int] = mapped_column(ForeignKey("venture_support.id"))
    amount_yuan: Mapped[int]
    paid_on: Mapped[date] = mapped_column(index=True)
    voucher: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SupportPaper(PublicIdMixin, Base):
    """A paper of a support."""

    __tablename__ = "support_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    support_id: Mapped[int] = mapped_column(ForeignKey("venture_support.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    file: Mapped[StoredFile] = relationship(lazy="raise")
