"""What the commands print: plain values, ids that are public, no phone or identity numbers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import case, select

from jobmatch.accounts.models import Membership, User
from jobmatch.core.errors import Invalid
from jobmatch.core.sheets import read_table
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.states import JobSearchState
from jobmatch.reference.queries import posting_rules, region_label
from recruiters.postings.checks import check_fields, has_block


def list_users(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Every account with the names of its roles."""
    roles: dict[int, list[str]] = {}
    for user_id, role in uow.session.execute(select(Membership.user_id, Membership.role).where(Membership.is_active)):
        roles.setdefault(user_id, []).append(role.value)
    users = uow.session.scalars(select(User).order_by(User.id))
    return [
        {"id": user.public_id, "name": user.name, "roles": sorted(roles.get(user.id, [])), "active": user.is_active}
        for user in users
    ]


def list_people(uow: UnitOfWork, *, limit: int, everybody: bool) -> list[dict[str, Any]]:
    """People who look for work first; with ``everybody`` the others after them."""
    order = case(
        (Person.search_state == JobSearchState.LOOKING, 0), (Person.search_state == JobSearchState.OPEN, 1), else_=2
    )
    query = select(Person).where(Person.erased_at.is_(None)).order_by(order, Person.id).limit(limit)
    if not everybody:
        query = query.where(Person.search_state != JobSearchState.NOT_LOOKING)
    return [
        {
            "id": person.public_id,
            "search_state": person.search_state.value,
            "verification": person.verification.value,
            "place": region_label(uow.session, person.living_region_code),
        }
        for person in uow.rows(visible_people(uow.actor, query))
    ]


POSTING_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "key", "编号", "序号", "岗位编号", "职位编号", "post_code"),
    "title": ("title", "岗位名称", "岗位", "职位名称", "职位", "招聘岗位", "工种", "job_name", "job_title"),
    "duties": (
        "duties",
        "description",
        "岗位职责",
        "工作内容",
        "职位描述",
        "岗位描述",
        "工作职责",
        "具体做什么",
        "text",
    ),
    "requirement_text": ("requirement_text", "requirements", "任职要求", "岗位要求", "招聘条件", "其他要求", "要求"),
    "work_time": ("work_time", "工作时间", "班次", "作息"),
    "benefits": ("benefits", "福利待遇", "福利", "待遇", "薪资福利", "其他福利"),
    "address": ("address", "工作地点", "地址", "详细地址", "上班地点"),
    "contract_party": ("contract_party", "和谁签合同", "合同主体"),
    "other": ("other", "remark", "备注", "其他", "其他条件", "说明"),
}
"""Fields of a posting, and the names under which tables have them; several columns of one field are all read."""


def posting_columns(header: Iterable[str]) -> dict[str, list[str]]:
    """Columns of ``header`` for each field. Raises ``Invalid`` where no column holds text to check."""
    plain = {name: name.replace(" ", "").strip("*：:").lower() for name in header}
    found = {field: [name for name, word in plain.items() if word in known] for field, known in POSTING_COLUMNS.items()}
    if not any(columns for field, columns in found.items() if field != "id"):
        known = ", ".join(names[0] for field, names in POSTING_COLUMNS.items() if field != "id")
        raise Invalid(f"No column of the file holds words of a posting; known are {known} and their Chinese names.")
    return found


def check_postings(uow: UnitOfWork, path: str) -> list[dict[str, Any]]:
    """Findings of the legal check for each row of a table (csv, csv.gz, xlsx); columns are found by their names.

    Raises ``Invalid`` where the file cannot be read or none of its columns holds words of a posting.
    """
    header, rows = read_table(Path(path))
    columns = posting_columns(header)
    keys = columns.pop("id")[:1]
    rules = posting_rules(uow.session)
    checked = []
    for number, row in enumerate(rows, start=2):
        texts = {
            field: "\n".join(row[name] for name in names if row[name]) for field, names in columns.items() if names
        }
        found = [finding.as_json() for finding in check_fields(rules, texts)]
        key = row[keys[0]] if keys else ""
        checked.append({"row": number, "id": key, "blocked": has_block(found), "findings": found})
    return checked
