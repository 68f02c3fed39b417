"""The sign-ins of the demo county, one for each role; the same password for all, because nothing here is secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jobmatch.accounts.states import Role
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import DEMO_MARK
from jobmatch.demo.county import COUNTY, TOWNS
from jobmatch.demo.people import Plan

PASSWORD = "qinghe-anhe-2026"  # noqa: S105 - printed by every demo, opens nothing else


@dataclass(frozen=True, slots=True)
class Login:
    """One sign-in: ``login`` is a phone number of no one, ``place`` the station it belongs to."""

    role: Role
    name: str
    phone: str
    place: str = ""

    def as_json(self) -> dict[str, str]:
        return {"role": self.role.value, "login": self.phone, "secret": PASSWORD, "name": self.name}


def staff_logins() -> list[Login]:
    """Everybody of the office, and those who look in from outside."""
    people = [
        Login(Role.STATION_STAFF, "李晓梅", "19600000001", COUNTY),
        Login(Role.STATION_STAFF, "赵志强", "19600000002", COUNTY),
        Login(Role.SUPERIOR_READER, "周明", "19600000003", COUNTY),
        Login(Role.SYSTEM_ADMIN, "系统管理员", "19600000004"),
        Login(Role.SECURITY_ADMIN, "安全管理员", "19600000005"),
        Login(Role.AUDIT_ADMIN, "审计管理员", "19600000006"),
        Login(Role.MENTOR, "吴导师", "19600000007"),
        Login(Role.FAIR_HELPER, "刘协助", "19600000008"),
    ]
    names = "王张刘陈杨黄周吴徐孙胡朱"
    people += [
        Login(Role.STATION_STAFF, f"{names[number]}站长", f"196000001{number:02d}", town.code)
        for number, town in enumerate(TOWNS)
    ]
    return people


def employer_login(name: str, phone: str) -> Login:
    """The member of an employer."""
    return Login(Role.EMPLOYER_MEMBER, name, phone)


def people_logins(plans: list[Plan]) -> list[Login]:
    """A veteran and a family member who have been there from the first week and look for work."""
    found = []
    for role, is_veteran in ((Role.VETERAN, True), (Role.DEPENDANT, False)):
        fitting = [
            plan
            for plan in plans
            if plan.is_veteran is is_veteran and plan.looks and plan.arrives_week == 0 and plan.status != "R1"
        ]
        best = max(fitting, key=lambda plan: len(plan.licences) + len(plan.skills) + len(plan.wanted), default=None)
        if best is not None:
            found.append(Login(role, best.name, best.phone))
    return found


def read_accounts(runtime: Runtime) -> list[dict[str, Any]]:
    """The sign-ins as ``demo build`` wrote them; empty where this is no demo."""
    mark = runtime.settings.data_dir / DEMO_MARK
    if not mark.exists():
        return []
    return json.loads(mark.read_text(encoding="utf-8") or "{}").get("accounts", [])


def sign_in_lines(runtime: Runtime) -> str:
    """One line per role, for the terminal of whoever started the demo."""
    shown: dict[str, dict[str, Any]] = {}
    for account in read_accounts(runtime):
        shown.setdefault(account["role"], account)
    lines = [f"  {a['role']:<16} {a['login']}  {a['secret']}  {a['name']}" for a in shown.values()]
    return "Synthetic county; sign in as (role, phone, password):\n" + "\n".join(lines)
