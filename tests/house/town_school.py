"""Somebody of one side who wants to go back to school and handed in a paper."""

from __future__ import annotations

from jobmatch.core.files import store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from training.courses.schooling.services import PlanFacts, save_plan

SCHOOL_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/my/school/", {"public_id": "school plan"}),
    ("/staff/school-plans/", {"public_id": "school plan", "act": "=drop"}),
)


def school_rows(uow: UnitOfWork, person: Person, bird: str) -> dict[str, str]:
    """A living plan with its paper."""
    plan = save_plan(uow, person, PlanFacts("return", f"{bird}-SCHOOL", f"{bird}-SCHOOL", note=f"{bird}-SCHOOL"))
    file = store_file(uow, b"%PDF-1.7\n%%EOF\n", name="学籍证明.pdf", mimetype="application/pdf")
    plan.proof_file_id = file.id
    uow.session.flush()
    return {"school plan": plan.public_id}
