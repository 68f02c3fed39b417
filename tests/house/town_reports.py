"""One side's frozen figures: a signed table with its stamped paper, and one that waits for a signature."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.core.files import store_file
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reports.filing.calendar import last_due
from jobmatch.reports.filing.models import Circular, CircularReceipt, Snapshot, SubjectNumber
from jobmatch.reports.filing.services.freezing import freeze_year_table
from jobmatch.reports.filing.services.submitting import record_due
from jobmatch.reports.filing.states import FormKind
from jobmatch.reports.superiors.models import CellBinding, SuperiorForm
from jobmatch.reports.superiors.states import BindingKind
from tests.house.town_campaigns import CAMPAIGN_SUBJECTS, campaign_rows
from tests.house.town_machines import MACHINE_SUBJECTS, machine_rows
from tests.house.town_papers import PAPER_SUBJECTS, paper_rows

REPORT_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    *CAMPAIGN_SUBJECTS,
    *MACHINE_SUBJECTS,
    *PAPER_SUBJECTS,
    ("/staff/status-mapping/", {"code": "=H2"}),
    ("/staff/year-table/people/", {"letter": "=A"}),
    ("/staff/year-table/doubts/", {"code": "=unproved"}),
    ("/staff/superior-forms/", {"public_id": "superior form"}),
    ("/staff/circulars/", {"public_id": "circular"}),
    ("/staff/filings/", {"public_id": "submission", "suffix": "=pdf"}),
    ("/staff/snapshots/", {"public_id": "snapshot", "other_id": "other snapshot"}),
)


def superior_form_row(uow: UnitOfWork, path: str, bird: str) -> str:
    """A workbook of a superior with one cell bound; its public id."""
    content = write_workbook(Sheet("表一", ["项目", "本月"], [["举办招聘会", ""]]))
    file = store_file(uow, content, name="表样.xlsx", mimetype=XLSX)
    form = SuperiorForm(region_path=path, name=f"{bird}-FORM", file_id=file.id, created_at=uow.now, changed_at=uow.now)
    uow.session.add(form)
    uow.session.flush()
    uow.session.add(CellBinding(form_id=form.id, sheet="表一", cell="B2", kind=BindingKind.FIGURE, code="T3.fairs"))
    uow.session.flush()
    return form.public_id


def report_rows(
    uow: UnitOfWork, station: Organization, clerk: User, person: Person, path: str, bird: str
) -> dict[str, str]:
    """Two frozen tables of the place, and the rows of papers, special actions and machines."""
    ids = campaign_rows(uow, station, person, bird) | paper_rows(uow, clerk, path) | machine_rows(uow, station, path)
    signed = freeze_year_table(uow, year=2025, path=path, day=date(2026, 6, 30), reason=f"{bird}-SNAPSHOT")
    signed.confirmed_at = uow.now
    signed.confirmed_by_id = person.user_id
    file = store_file(uow, b"%PDF-1.7\n%%EOF\n", name="盖章.pdf", mimetype="application/pdf")
    signed.scan_file_id = file.id
    waiting: Snapshot = freeze_year_table(uow, year=2025, path=path, day=date(2026, 9, 30))
    known = uow.session.scalar(select(SubjectNumber.id).where(SubjectNumber.person_id == person.id))
    if known is None:
        uow.session.add(SubjectNumber(person_id=person.id))
    submission = record_due(uow, station, last_due(uow.session, FormKind.MONTHLY, uow.today))
    submission.head, submission.remarks = f"{bird}-HEAD", {"T3.fairs": f"{bird}-REMARK"}
    paper = store_file(uow, b"%PDF-1.7\n%%EOF\n", name="通知.pdf", mimetype="application/pdf")
    circular = Circular(
        region_path=path, title=f"{bird}-CIRCULAR", words=f"{bird}", file_id=paper.id, asks_answer=True, sent_at=uow.now
    )
    uow.session.add(circular)
    uow.session.flush()
    uow.session.add(CircularReceipt(circular_id=circular.id, station_id=station.id))
    uow.session.flush()
    return ids | {
        "superior form": superior_form_row(uow, path, bird),
        "circular": circular.public_id,
        "submission": submission.public_id,
        "snapshot": signed.public_id,
        "other snapshot": waiting.public_id,
    }
