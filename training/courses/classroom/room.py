"""The room of what happens in a class: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.classroom.blueprint import blueprint
from training.courses.classroom.views import inspections, leaves, meetings, results, veteran

_VIEWS = (inspections, leaves, meetings, results, veteran)
"""Imported so that their pages hang on the blueprint."""


def _pages(side: str, layout: str, permission: str) -> tuple[MenuItem, ...]:
    """The pages of a class that both sides have."""

    def item(name: str, label: str, icon: str, order: int, *also: str) -> MenuItem:
        return MenuItem(
            layout,
            f"classroom.{side}_{name}",
            label,
            icon,
            permission,
            order=order,
            also=tuple(f"classroom.{side}_{one}" for one in also),
        )

    return (
        item("meetings", N_("点名"), "list-check", 50, "roll", "mark", "close", "reopen", "code"),
        item("leaves", N_("请假"), "clock", 55, "decide"),
        item("notices", N_("班级通知"), "message", 60, "notice", "notice_new"),
        item("results", N_("考核结业"), "circle-check", 65, "enter", "complete"),
    )


ROOM = Room(
    "classroom",
    blueprints=(blueprint,),
    menu=(
        *_pages("staff", "class", "class.manage"),
        *_pages("provider", "provider_class", "provider.own"),
        MenuItem(
            "class",
            "classroom.staff_certificates",
            N_("证书"),
            "certificate",
            "class.manage",
            order=70,
            also=tuple(f"classroom.staff_{one}" for one in ("issue", "issue_completions", "revoke")),
        ),
        MenuItem(
            "class",
            "classroom.staff_inspections",
            N_("巡课"),
            "eye",
            "class.manage",
            order=75,
            also=("classroom.staff_inspect",),
        ),
    ),
)
