"""The accounts room: what app, worker and tests read."""

from __future__ import annotations

# Each file of pages adds its own to the one blueprint of the room.
import jobmatch.accounts.views.account
import jobmatch.accounts.views.admin
import jobmatch.accounts.views.background
import jobmatch.accounts.views.recovery
import jobmatch.accounts.views.staff  # noqa: F401
from jobmatch.accounts.jobs import JOBS, TIMED
from jobmatch.accounts.views.public import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "accounts",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "accounts.staff_people_codes",
            N_("窗口登录码"),
            "qrcode",
            "code.issue",
            800,
            also=("accounts.staff_code_shown", "accounts.window_phone"),
        ),
        MenuItem(
            "more",
            "accounts.staff_colleagues",
            N_("工作人员"),
            "id-badge",
            "staff.invite",
            810,
            also=("accounts.staff_invitations",),
        ),
        MenuItem(
            "more", "accounts.recoveries", N_("找回账号"), "lock", "recovery.assist", 820, also=("accounts.recovery",)
        ),
        MenuItem(
            "staff", "accounts.admin_users", N_("账号"), "users", "system.manage", 900, also=("accounts.admin_user",)
        ),
        MenuItem(
            "staff",
            "accounts.admin_stations",
            N_("服务机构"),
            "building-community",
            "system.manage",
            910,
            also=("accounts.admin_station", "accounts.admin_level"),
        ),
        MenuItem("staff", "accounts.background", N_("后台任务"), "refresh", "system.manage", 915),
        MenuItem("staff", "accounts.admin_security", N_("登录设备"), "shield-check", "security.manage", 920),
        MenuItem("staff", "accounts.audit", N_("操作记录"), "history", "audit.read", 930),
        MenuItem("employer", "accounts.invitations", N_("同事"), "users", "organization.invite", 800),
    ),
)
