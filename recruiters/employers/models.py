"""Employers: organizations that post, with what the vetting found and how they have behaved."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import Organization
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from recruiters.employers.states import AccountLabel, EmployerKind, VettingState


class Employer(PublicIdMixin, VersionMixin, Base):
    """An employer; name, credit code, region and address stand on its organization.

    ``region_path`` repeats the organization's, because scope columns sit on root tables. ``name_skeleton`` is equal for
    names that look alike (see ``names.py``). ``created_by_id`` may not vet: that takes a second pair of eyes.
    """

    __tablename__ = "employer"
    __table_args__ = (
        CheckConstraint("applications_due >= 0 AND applications_answered >= 0", name="standing"),
        Index("ix_employer_region_path", "region_path"),
        Index("ix_employer_name_skeleton", "name_skeleton"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    region_path: Mapped[str] = mapped_column(String(80))
    name_skeleton: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[EmployerKind] = mapped_column(stored(EmployerKind, "kind"))
    account_label: Mapped[AccountLabel] = mapped_column(stored(AccountLabel, "account_label"), default=AccountLabel.OWN)
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    staff_count: Mapped[int | None]
    intro: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    is_agency: Mapped[bool] = mapped_column(default=False)
    permit_number: Mapped[str] = mapped_column(String(60), default="")
    vetting: Mapped[VettingState] = mapped_column(
        stored(VettingState, "vetting"), default=VettingState.DRAFT, index=True
    )
    submitted_at: Mapped[datetime | None]
    vetted_at: Mapped[datetime | None]
    vetted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    vetting_reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    vetting_note: Mapped[str] = mapped_column(String(300), default="")
    recheck_on: Mapped[date | None]
    applications_due: Mapped[int] = mapped_column(default=0)
    applications_answered: Mapped[int] = mapped_column(default=0)
    veterans_hired: Mapped[int] = mapped_column(default=0)
    import_source: Mapped[str] = mapped_column(String(60), default="")
    import_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    organization: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}
