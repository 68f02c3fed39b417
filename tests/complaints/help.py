"""Complaints for tests: a posting that is open, and reports about it."""

from __future__ import annotations

from typing import Any

from jobmatch.complaints.models import Complaint
from jobmatch.complaints.services.filing import Filed, file_complaint
from jobmatch.complaints.services.handling import move_complaint
from jobmatch.complaints.states import ComplaintAction
from jobmatch.complaints.targets import Subject, find_subject
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.factories import make_employer, make_posting

WORDS = "11 月 3 日面试时人事要我先交 300 元服装费"


def open_posting(uow: UnitOfWork, employer: Employer | None = None, **values: Any) -> Posting:
    """A posting before people."""
    return make_posting(uow, employer or make_employer(uow), state=PostingState.OPEN, **values)


def about(uow: UnitOfWork, posting: Posting) -> Subject:
    return find_subject(uow, "posting", posting.public_id)


def report(uow: UnitOfWork, posting: Posting, kind: str = "ck_fee", **values: Any) -> Filed:
    """A report about a posting."""
    return file_complaint(uow, about(uow, posting), kind_code=kind, words=values.pop("words", WORDS), **values)


def go(uow: UnitOfWork, complaint: Complaint, *actions: ComplaintAction, **values: Any) -> Complaint:
    """Take steps one after the other."""
    given = {"told": "测试答复的话", "referred_to": "测试监察大队", "reason_code": "cr_vague"}
    for action in actions:
        move_complaint(uow, complaint, action, **(given | values))
    return complaint
