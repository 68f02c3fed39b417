"""Papers for a request: handed in as files by the person or for them, or seen in the original at the window."""

from __future__ import annotations

from jobmatch.casework.desk.items import service_item
from jobmatch.casework.desk.models import RequestPaper, ServiceRequest
from jobmatch.casework.desk.policies import can_add_paper, can_own_request, can_work_request
from jobmatch.casework.desk.queries.papers import given_papers, paper_names
from jobmatch.casework.desk.states import ENDED
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person

KINDS = (Kind.PDF, Kind.JPEG, Kind.PNG, Kind.DOCX)
MOST_OF_ONE = 4
MOST_FILES = 12
UPLOADS_PER_HOUR = 40


def check_may_add(uow: UnitOfWork, request: ServiceRequest, *, name: str) -> None:
    """Raise ``NotAllowed``, ``Conflict`` once it was decided, ``Limited`` beyond the hourly number, or ``Invalid``."""
    require(can_add_paper(uow.actor, request, _person(uow, request)))
    _check_open(uow, request, name)
    check_hourly_uploads(uow, "desk.paper_add", UPLOADS_PER_HOUR)
    files = [row for row in given_papers(uow, request) if row.file_id]
    if sum(row.name == name for row in files) >= MOST_OF_ONE:
        raise Invalid(fields={"file": _("同一样材料最多 %(n)s 个文件，请先删掉一个", n=MOST_OF_ONE)})
    if len(files) >= MOST_FILES:
        raise Invalid(fields={"file": _("一件事最多 %(n)s 个文件，请先删掉一个", n=MOST_FILES)})


def keep_paper(uow: UnitOfWork, request: ServiceRequest, *, name: str, upload: Upload) -> RequestPaper:
    """Keep a file for the paper ``name``; raises as ``check_may_add`` does."""
    check_may_add(uow, request, name=name)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    row = _add(uow, request, RequestPaper(name=name, file_id=file.id))
    uow.audit("desk.paper_add", request, kind=upload.kind.value)
    return row


def see_original(uow: UnitOfWork, request: ServiceRequest, *, name: str) -> RequestPaper:
    """A clerk saw the original of the paper ``name`` at the window; a second look changes nothing."""
    require(can_work_request(uow.actor, request))
    _check_open(uow, request, name)
    for row in given_papers(uow, request):
        if row.name == name and row.seen_on is not None:
            return row
    row = _add(uow, request, RequestPaper(name=name, seen_on=uow.today))
    uow.audit("desk.paper_seen", request)
    return row


def read_paper(uow: UnitOfWork, request: ServiceRequest, row: RequestPaper) -> tuple[bytes, StoredFile]:
    """The content of a paper and its file; that staff opened it leaves a trace."""
    person = _person(uow, request)
    require(can_add_paper(uow.actor, request, person))
    if row.file_id is None:
        raise NotFound
    file = uow.session.get_one(StoredFile, row.file_id)
    if not can_own_request(uow.actor, person):
        uow.audit("desk.paper_read", person or request, request=request.public_id)
    return read_file(uow, file), file


def drop_paper(uow: UnitOfWork, request: ServiceRequest, row: RequestPaper) -> ServiceRequest:
    """Take a paper back while nothing was decided; the mark of an original is for staff to take back."""
    require(can_add_paper(uow.actor, request, _person(uow, request)))
    require(row.file_id is not None or can_work_request(uow.actor, request))
    if request.state in ENDED:
        raise Conflict
    forget_papers(uow, [row])
    uow.audit("desk.paper_drop", request)
    return request


def forget_papers(uow: UnitOfWork, rows: list[RequestPaper]) -> None:
    """Delete rows, and their files with the unit."""
    files = [uow.session.get_one(StoredFile, row.file_id) for row in rows if row.file_id]
    for row in rows:
        uow.session.delete(row)
    uow.session.flush()
    for file in files:
        remove_file(uow, file)


def _check_open(uow: UnitOfWork, request: ServiceRequest, name: str) -> None:
    if request.state in ENDED:
        raise Conflict
    item = service_item(uow.session, request.item_code)
    if item.is_record_only:
        raise Invalid(fields={"file": _("这类事只记日期和接收部门，不收材料")})
    if name not in paper_names(uow, request, item):
        raise Invalid(fields={"file": _("请按页面上列的材料上传")})


def _add(uow: UnitOfWork, request: ServiceRequest, row: RequestPaper) -> RequestPaper:
    row.request_id, row.created_at, row.created_by_id = request.id, uow.now, uow.actor.user_id
    row.who = "" if uow.actor.is_system else uow.actor.label[:80]
    uow.session.add(row)
    uow.session.flush()
    return row


def _person(uow: UnitOfWork, request: ServiceRequest) -> Person | None:
    return uow.session.get(Person, request.person_id) if request.person_id else None
