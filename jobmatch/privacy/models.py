"""Requests about data, merges with what they changed, frozen records, acceptances, assessments and breaches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.privacy.states import BreachAct, RequestKind, RequestState


class RightsRequest(PublicIdMixin, Base):
    """What somebody asked about their data, until when staff answer, and the answer.

    ``field`` names what is wrong in a request to correct, ``words`` says it in the person's own words.
    """

    __tablename__ = "rights_request"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint("state != 'refused' OR answer != ''", name="refusal_has_reason"),
        Index("ix_rights_request_region_path", "region_path"),
        Index("ix_rights_request_open", "state", "due_on"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    kind: Mapped[RequestKind] = mapped_column(stored(RequestKind, "kind"))
    state: Mapped[RequestState] = mapped_column(stored(RequestState, "state"), default=RequestState.OPEN)
    field: Mapped[str] = mapped_column(String(80), default="")
    words: Mapped[str] = mapped_column(Text, default="", info={"data": "contact"})
    answer: Mapped[str] = mapped_column(String(500), default="", info={"data": "contact"})
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class PurgeNotice(Base):
    """Somebody was told that their unused file will be erased; gone once they use it again."""

    __tablename__ = "purge_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    told_on: Mapped[date]

    @property
    def once(self) -> str:
        """The occasion of the message and of the station's task."""
        return f"purge:{self.person_id}:{self.told_on.isoformat()}"


class FrozenRecord(PublicIdMixin, Base):
    """What the law wants kept of an erased person, sealed: nobody reads it but with a reason, and it ends by itself.

    ``rule_code`` is the dated rule that says how long.
    """

    __tablename__ = "frozen_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    rule_code: Mapped[str] = mapped_column(String(40))
    keep_until: Mapped[date] = mapped_column(index=True)
    content = Secret()
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "identity"})
    created_at: Mapped[datetime]


class Merge(PublicIdMixin, Base):
    """Two files of one person made one: ``source`` was emptied into ``target``."""

    __tablename__ = "merge"
    __table_args__ = (
        CheckConstraint("source_id != target_id", name="two_files"),
        Index("ix_merge_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    reason: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class MergedRow(PublicIdMixin, Base):
    """One change of a merge, in order: the values before (sealed JSON), and a hash of the row as the merge left it."""

    __tablename__ = "merged_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merge.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int]
    before = Secret()
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "identity"})
    after_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))


class OrganizationMerge(PublicIdMixin, Base):
    """Two records of one employer made one: the rows of ``source`` went to ``target``; it can be undone for a while."""

    __tablename__ = "organization_merge"
    __table_args__ = (
        CheckConstraint("source_id != target_id", name="two_organizations"),
        Index("ix_organization_merge_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    reason: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class OrganizationMergedRow(PublicIdMixin, Base):
    """One change of such a merge, in order: the values before, and a hash of the row as the merge left it."""

    __tablename__ = "organization_merged_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("organization_merge.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int]
    before = Secret()
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    after_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))


class NoticeAcceptance(Base):
    """That an account has read and accepted a version of the privacy notice."""

    __tablename__ = "notice_acceptance"
    __table_args__ = (UniqueConstraint("user_id", "notice_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("privacy_notice.id"), index=True)
    at: Mapped[datetime]


class ImpactAssessment(PublicIdMixin, Base):
    """A version of an impact assessment (PIPL articles 55 and 56); kept at least three years, never changed.

    ``risks`` are rows of ``risk``, ``level`` and ``measure``.
    """

    __tablename__ = "impact_assessment"
    __table_args__ = (UniqueConstraint("title", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    purpose: Mapped[str] = mapped_column(Text)
    necessity: Mapped[str] = mapped_column(Text)
    risks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    conclusion: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(60))
    assessed_on: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]


class Breach(PublicIdMixin, Base):
    """An incident: what happened, in which window of time, and whom it touches.

    Those affected are people whose files were read in the window by ``actor_user_id`` or from ``ip``; with neither of
    them everybody of ``region_path``.
    """

    __tablename__ = "breach"
    __table_args__ = (CheckConstraint("ends_at >= starts_at", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ip: Mapped[str] = mapped_column(String(45), default="")
    region_path: Mapped[str] = mapped_column(RegionPath, default="")
    found_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]


class BreachStep(Base):
    """A step of the checklist that was done, when, by whom and how."""

    __tablename__ = "breach_step"
    __table_args__ = (UniqueConstraint("breach_id", "act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"))
    act: Mapped[BreachAct] = mapped_column(stored(BreachAct, "act"))
    done_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(300), default="")
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
