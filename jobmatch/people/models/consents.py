"""Who may see a person and on what consent, who they are proved to be, and who acts in their place."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    inspect,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.models.person import TAIL, Person
from jobmatch.people.states import (
    AppealState,
    ConsentPurpose,
    ConsentWay,
    GrantPurpose,
    PaperKind,
    ProxyScope,
    ProxyWay,
    VerificationAct,
)


class Grant(PublicIdMixin, Base):
    """The only reason an outsider sees a person: to whom, for what, which fields, until when."""

    __tablename__ = "grant"
    __table_args__ = (Index("ix_grant_person_organization", "person_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    purpose: Mapped[GrantPurpose] = mapped_column(stored(GrantPurpose, "purpose"))
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    notice: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    valid_until: Mapped[date]
    revoked_at: Mapped[datetime | None]


class EmployerBlock(Base):
    """An organization that a person does not want to be seen by, whatever else they opened."""

    __tablename__ = "employer_block"
    __table_args__ = (UniqueConstraint("person_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    created_at: Mapped[datetime]


class Verification(PublicIdMixin, Base):
    """One act of verification: the paper seen, its last four, the day, by whom. Rows are added, never changed.

    ``Person.verification`` is the present state that these acts led to.
    """

    __tablename__ = "verification"
    __table_args__ = (CheckConstraint(TAIL.format("tail"), name="tail"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[VerificationAct] = mapped_column(stored(VerificationAct, "act"))
    paper: Mapped[PaperKind | None] = mapped_column(stored(PaperKind, "paper"))
    tail: Mapped[str] = mapped_column(String(4), default="", info={"data": "identity"})
    seen_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class VerificationAppeal(PublicIdMixin, VersionMixin, Base):
    """A person's word against a refusal; ``region_path`` is that of the station above the one that refused."""

    __tablename__ = "verification_appeal"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_verification_appeal_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_verification_appeal_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    text: Mapped[str] = mapped_column(Text, info={"data": "recruit-3y"})
    state: Mapped[AppealState] = mapped_column(stored(AppealState, "state"), default=AppealState.OPEN)
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="raise")
    verification: Mapped[Verification] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class ProxyConsent(PublicIdMixin, Base):
    """A person lets one member of staff act in their place: for what, how they agreed, until when."""

    __tablename__ = "proxy_consent"
    __table_args__ = (
        CheckConstraint("valid_until >= given_on", name="period"),
        Index("ix_proxy_consent_person_clerk", "person_id", "clerk_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    clerk_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    scope: Mapped[ProxyScope] = mapped_column(stored(ProxyScope, "scope"))
    way: Mapped[ProxyWay] = mapped_column(stored(ProxyWay, "way"))
    given_on: Mapped[date]
    valid_until: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Consent(PublicIdMixin, Base):
    """One line of the ledger of consent: given or withdrawn, for what and to whom; only ever added to.

    ``notice`` is the text that was agreed to, ``notice_version`` the version of the privacy notice in force.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("(purpose = 'recipient') = (organization_id IS NOT NULL)", name="recipient"),
        Index("ix_consent_person_purpose", "person_id", "purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(stored(ConsentPurpose, "purpose"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    is_given: Mapped[bool]
    notice: Mapped[str] = mapped_column(Text, default="")
    notice_version: Mapped[int] = mapped_column(default=0)
    way: Mapped[ConsentWay] = mapped_column(stored(ConsentWay, "way"))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class PrivacyNotice(PublicIdMixin, Base):
    """A version of the privacy notice; the newest that is in force is the one shown. Versions are never changed."""

    __tablename__ = "privacy_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    body: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]


@event.listens_for(Consent, "before_update")
@event.listens_for(PrivacyNotice, "before_update")
def _refuse_change(_mapper: Any, _connection: Any, row: Any) -> None:
    """What somebody agreed to is never rewritten; only a merge hands a line to the file that goes on."""
    changed = {attribute.key for attribute in inspect(row).attrs if attribute.history.has_changes()}
    if changed - {"person_id"}:
        raise TypeError(f"{type(row).__name__} is only added to")
