"""The ledger of pair facts, fitted models as rows, so that every machine finds them, and corrected mappings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.matching.states import FactKind, InvitationAnswer, Strength


class PairFact(Base):
    """That something happened between a person and a posting, once a kind; ``count`` says how often."""

    __tablename__ = "pair_fact"
    __table_args__ = (
        UniqueConstraint("person_id", "posting_id", "kind"),
        Index("ix_pair_fact_posting_kind", "posting_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    kind: Mapped[FactKind] = mapped_column(stored(FactKind, "kind"))
    code: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[int | None]
    count: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class PostingInvitation(PublicIdMixin, Base):
    """That an employer asked a person about a posting, and what the person said.

    A yes opens name and phone to the employer by ``grant_id`` and by nothing else.
    """

    __tablename__ = "posting_invitation"
    __table_args__ = (
        UniqueConstraint("person_id", "posting_id"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("grant_id IS NULL OR answer = 'yes'", name="grant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    expires_on: Mapped[date]
    answer: Mapped[InvitationAnswer | None] = mapped_column(stored(InvitationAnswer, "answer"))
    answered_at: Mapped[datetime | None]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grant.id"))


class SavedSearch(PublicIdMixin, Base):
    """A search that somebody comes back to, by a name of their own; ``args`` are those of the address of the list.

    ``is_told``: new postings of it come with the daily digest.
    """

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("person_id", "name"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(40), info={"data": "contact"})
    args: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    is_told: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class MatchChoice(Base):
    """Whether a person lets recommendations use their profile; without a row they do (PIPL article 24)."""

    __tablename__ = "match_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    is_personal: Mapped[bool]
    changed_at: Mapped[datetime]


class FittedModel(PublicIdMixin, Base):
    """A fitted ranker: its bytes, their hash, and the card that says on what it was fitted and how good it is.

    Every fit keeps a row. ``promoted_at`` is when it last came into use, ``promoted_by_id`` who said so; None is the
    nightly job.
    """

    __tablename__ = "fitted_model"
    __table_args__ = (
        Index(
            "uq_fitted_model_active",
            "name",
            unique=True,
            sqlite_where=text("is_active"),
            postgresql_where=text("is_active"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    card: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_active: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    promoted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    promoted_at: Mapped[datetime | None]


class RankerSwitch(Base):
    """Whether a model may be in use at all; with ``is_rules_only`` no fit is used before somebody switches back."""

    __tablename__ = "ranker_switch"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_rules_only: Mapped[bool]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]


class CrosswalkCorrection(Base):
    """The office's word on where a specialty leads, which wins over the shipped table; deleting it restores that."""

    __tablename__ = "crosswalk_correction"
    __table_args__ = (UniqueConstraint("specialty_code", "occupation_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    specialty_code: Mapped[str] = mapped_column(ForeignKey("military_specialty.code"))
    occupation_code: Mapped[str] = mapped_column(ForeignKey("occupation.code"))
    strength: Mapped[Strength] = mapped_column(stored(Strength, "strength"))
    note: Mapped[str] = mapped_column(String(200), default="")
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
