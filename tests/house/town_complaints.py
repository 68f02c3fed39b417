"""A complaint for one side of the town: about the employer's posting, reported by the person, looked into."""

from __future__ import annotations

from jobmatch.complaints.queries import papers_of
from jobmatch.complaints.services.filing import file_complaint
from jobmatch.complaints.services.handling import ask_employer, move_complaint
from jobmatch.complaints.states import ComplaintAction
from jobmatch.complaints.targets import Subject
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from jobmatch.reference.states import SubjectKind
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting


def complaint_rows(
    uow: UnitOfWork, person: Person, employer: Employer, posting: Posting, path: str, bird: str
) -> dict[str, str]:
    """A report whose words and file are the reporter's, and about which the employer is asked."""
    subject = Subject(
        SubjectKind.POSTING,
        posting.public_id,
        posting.title,
        path,
        employer.organization_id,
        employer.id,
        posting.id,
    )
    row = file_complaint(
        uow,
        subject,
        kind_code="ck_silent",
        words=f"{bird}-COMPLAINT 投了两个月没有答复",
        uploads=[Upload("测试.pdf", Kind.PDF, f"{bird}-COMPLAINT".encode())],
        person=person,
    ).complaint
    for action in (ComplaintAction.ACCEPT, ComplaintAction.INVESTIGATE):
        move_complaint(uow, row, action)
    ask_employer(uow, row, question="请说明这个岗位的简历是怎么答复的")
    return {"complaint": row.public_id, "complaint paper": papers_of(uow.session, [row])[0].public_id}
