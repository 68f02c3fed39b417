"""Documents that a posting asks for at a stage: the person hands them in, the employer sees them only then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.applications.models import Application, ApplicationDocument, PostingDocument
from jobmatch.applications.policies import can_keep_slots, can_move_application, can_see_document
from jobmatch.applications.queries import asked_documents, document_of
from jobmatch.applications.states import ASKING, ENDED, ApplicationState, Side, Stage
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from jobmatch.reference.models import DocumentKind
from jobmatch.reference.queries import rule_value
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

KINDS = (Kind.PDF, Kind.JPEG, Kind.PNG)
UPLOADS_PER_HOUR = 20


def ask_documents(uow: UnitOfWork, posting: Posting, *, wanted: Mapping[str, str]) -> list[PostingDocument]:
    """Set what a posting asks for: stage by kind of document; what is not named is asked no more.

    Nothing can be asked for at submission: there is no such stage. Raises ``Invalid``.
    """
    require(can_keep_slots(uow.actor, uow.session.get_one(Employer, posting.employer_id)))
    known = set(uow.session.scalars(select(DocumentKind.code).where(DocumentKind.is_active)))
    for code, stage in wanted.items():
        if code not in known or stage not in set(Stage):
            raise Invalid(fields={code: _("请从列表里选")})
    rows = {row.kind_code: row for row in asked_documents(uow, posting.id)}
    for code in set(rows) - set(wanted):
        uow.session.delete(rows.pop(code))
    for code, stage in wanted.items():
        if code in rows:
            rows[code].stage = Stage(stage)
        else:
            rows[code] = PostingDocument(posting_id=posting.id, kind_code=code, stage=Stage(stage))
            uow.session.add(rows[code])
    uow.session.flush()
    uow.audit("posting.documents", posting, kinds=",".join(sorted(wanted)))
    return list(rows.values())


def check_may_hand_in(uow: UnitOfWork, application: Application, kind_code: str) -> None:
    """Raise ``NotAllowed``, ``Conflict`` where it is not asked for now, or ``Limited`` beyond the hourly number."""
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.PERSON))
    asked = {row.kind_code: row.stage for row in asked_documents(uow, application.posting_id)}
    if kind_code not in asked or ASKING[asked[kind_code]] is not application.state:
        raise Conflict(_("现在不用交这份材料"))
    check_hourly_uploads(uow, "application.document_in", UPLOADS_PER_HOUR)


def hand_in(uow: UnitOfWork, application: Application, kind_code: str, *, upload: Upload) -> ApplicationDocument:
    """Keep a document for one application; an earlier one of its kind makes room. Raises as ``check_may_hand_in``."""
    check_may_hand_in(uow, application, kind_code)
    old = document_of(uow, application.id, kind_code)
    if old is not None:
        _remove(uow, old)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    row = ApplicationDocument(
        application_id=application.id, kind_code=kind_code, file=file, created_at=uow.now, looked_count=0
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("application.document_in", application, kind=kind_code)
    return row


def take_back(uow: UnitOfWork, application: Application, row: ApplicationDocument) -> str:
    """The person removes a document; returns its kind."""
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.PERSON))
    if row.application_id != application.id:
        raise NotFound
    kind = row.kind_code
    _remove(uow, row)
    uow.audit("application.document_back", application, kind=kind)
    return kind


def look_at(uow: UnitOfWork, application: Application, row: ApplicationDocument) -> tuple[StoredFile, bytes]:
    """The document for its owner, or for the employer while the state asks for it; each look of the employer is noted.

    Raises ``NotFound`` where it is not asked for now: to the employer it does not exist then.
    """
    person = uow.session.get_one(Person, application.person_id)
    if row.application_id != application.id:
        raise NotFound
    is_own = can_move_application(uow.actor, application, person, Side.PERSON) and not uow.actor.is_system
    if not is_own:
        stage = {one.kind_code: one.stage for one in asked_documents(uow, application.posting_id)}.get(row.kind_code)
        if stage is None or not can_see_document(uow.actor, application, stage):
            raise NotFound
        row.looked_count, row.looked_at = row.looked_count + 1, uow.now
        uow.audit("application.document_read", application, kind=row.kind_code)
    return row.file, read_file(uow, row.file)


def drop_documents(uow: UnitOfWork, *, limit: int = 100) -> int:
    """Delete documents of applications that have been over for the days of the rule; returns how many."""
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "document_keep_days", uow.today))
    over = Application.state.in_((*ENDED, ApplicationState.STARTED))
    query = (
        select(ApplicationDocument)
        .join(Application, Application.id == ApplicationDocument.application_id)
        .where(over, Application.state_since < uow.now - timedelta(days=days))
        .options(joinedload(ApplicationDocument.file))
        .order_by(ApplicationDocument.id)
        .limit(limit)
    )
    rows = uow.session.scalars(query).all()
    for row in rows:
        _remove(uow, row)
    return len(rows)


def _remove(uow: UnitOfWork, row: ApplicationDocument) -> None:
    file = row.file
    uow.session.delete(row)
    uow.session.flush()
    remove_file(uow, file)
    uow.session.flush()
