"""The employment register and its confirmations, and uploaded résumés on their way into the file."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.people.states import (
    ConfirmationWay,
    ContractTerm,
    EvidenceKind,
    InsuranceState,
    PayBand,
    RegisterSource,
    WorkChannel,
)


class EmploymentSpell(PublicIdMixin, VersionMixin, Base):
    """One line of the employment register (就业台账): where a person is, since when, in what form of work.

    ``status_code`` is a row of ``employment_status_kind`` and says the form of work. At most one standing line of a
    person is open (``ended_on`` NULL). Nothing is overwritten: a correction is a new line that ``supersedes_id`` the
    wrong one, which keeps its values and its ``superseded_at`` and counts nowhere from then on. A line that was never
    so is superseded by none, and ``withdrawn_reason`` says why. ``evidence`` is what
    the line was first written on; what holds on a day is said by its confirmations.
    """

    __tablename__ = "employment_spell"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="period"),
        CheckConstraint("(supersedes_id IS NULL) = (correction_reason = '')", name="correction"),
        CheckConstraint("withdrawn_reason = '' OR superseded_at IS NOT NULL", name="withdrawn"),
        Index(
            "uq_employment_spell_person_standing",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("ended_on IS NULL AND superseded_at IS NULL"),
        ),
        Index("ix_employment_spell_started_on", "started_on"),
        # Where somebody stood on a day is answered from the index alone.
        Index("ix_employment_spell_standing", "person_id", "superseded_at", "started_on", "ended_on", "status_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status_code: Mapped[str] = mapped_column(ForeignKey("employment_status_kind.code"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    employer_name: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(80), default="")
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    contract: Mapped[ContractTerm] = mapped_column(
        stored(ContractTerm, "contract"), default=ContractTerm.NOT_KNOWN, server_default=ContractTerm.NOT_KNOWN.value
    )
    contract_until: Mapped[date | None]
    insurance: Mapped[InsuranceState] = mapped_column(
        stored(InsuranceState, "insurance"),
        default=InsuranceState.NOT_KNOWN,
        server_default=InsuranceState.NOT_KNOWN.value,
    )
    pay_band: Mapped[PayBand] = mapped_column(
        stored(PayBand, "pay_band"), default=PayBand.NOT_KNOWN, server_default=PayBand.NOT_KNOWN.value
    )
    county_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    channel: Mapped[WorkChannel] = mapped_column(
        stored(WorkChannel, "channel"), default=WorkChannel.NOT_KNOWN, server_default=WorkChannel.NOT_KNOWN.value
    )
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    evidence: Mapped[EvidenceKind] = mapped_column(stored(EvidenceKind, "evidence"), default=EvidenceKind.NONE)
    evidence_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[RegisterSource] = mapped_column(stored(RegisterSource, "source"))
    source_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"), unique=True)
    correction_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    superseded_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Confirmation(PublicIdMixin, Base):
    """Somebody's word, or a paper, that a line of the register was so on ``confirmed_on``: who, how and when.

    It holds up to and including ``valid_until``, computed when it was written from the dated rule of its kind, so
    that a figure of a past day can be counted again. ``said_by`` is whoever said it, in words.
    """

    __tablename__ = "employment_confirmation"
    __table_args__ = (
        CheckConstraint("valid_until >= confirmed_on", name="period"),
        CheckConstraint("evidence <> 'none'", name="evidence_given"),
        Index("ix_employment_confirmation_spell", "spell_id", "valid_until", "confirmed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"))
    evidence: Mapped[EvidenceKind] = mapped_column(stored(EvidenceKind, "evidence"))
    way: Mapped[ConfirmationWay] = mapped_column(stored(ConfirmationWay, "way"))
    said_by: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    confirmed_on: Mapped[date]
    valid_until: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    source_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
