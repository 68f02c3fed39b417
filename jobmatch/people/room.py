"""The people room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.people.jobs import JOBS, TIMED
from jobmatch.people.views import checks, details, output, proxies, public, register, resume, staff, uploads, veteran
from jobmatch.people.views.blueprint import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (checks, details, output, proxies, public, register, resume, staff, uploads, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "people",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "people",
            "people.profile",
            N_("我的"),
            "user",
            "person.own",
            order=90,
            also=(
                "people.privacy",
                "people.welcome",
                "people.hide",
                "people.resume_page",
                "people.fields",
                "people.shut_out",
            ),
        ),
        MenuItem("me", "people.upload", N_("上传简历，系统帮您填"), "upload", "person.own", order=10),
        MenuItem("person", "people.staff_upload", N_("简历文件"), "file-text", "person.write", order=110),
        MenuItem("person", "people.staff_person", N_("档案"), "user", "person.read", order=10),
        MenuItem("person", "people.staff_register", N_("就业台账"), "briefcase", "register.write", order=25),
        MenuItem("me", "people.strengths", N_("语言、特长和其他"), "user", "person.own", order=30),
        MenuItem("me", "people.my_proxies", N_("谁替我办过"), "user", "person.own", order=60),
        MenuItem("person", "people.staff_proxies", N_("代办"), "users", "person.write", order=80),
        MenuItem(
            "staff",
            "people.staff_list",
            N_("人员"),
            "users",
            "person.read",
            order=20,
            also=(
                "people.staff_new",
                "people.staff_person",
                "people.staff_compare",
                "people.staff_basics",
                "people.staff_upload",
                "people.staff_reading",
                "people.staff_reading_remove",
                "people.staff_service",
                "people.staff_verify",
                "people.staff_reveal",
                "people.staff_register",
                "people.staff_spell_confirm",
                "people.staff_spell_correct",
                "people.staff_spell_end",
                "exchange.people_imports",
                "exchange.people_import",
                "exchange.people_new",
                "exchange.people_undo",
                "people.queue",
                "people.appeals",
                "people.staff_proxies",
                "people.staff_fill",
                "people.staff_fields",
            ),
        ),
    ),
)
