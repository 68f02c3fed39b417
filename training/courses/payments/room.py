"""The room of the money of classes: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.payments.blueprint import blueprint
from training.courses.payments.views import others, staff

_VIEWS = (staff, others)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "payments",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "class",
            "payments.class_payments",
            N_("补贴"),
            "file-text",
            "class.manage",
            order=60,
            also=(
                "payments.make",
                "payments.sheet",
                "payments.again",
                "payments.notice",
                "payments.pay",
                "payments.cancel",
                "payments.sign",
            ),
        ),
        MenuItem("provider_class", "payments.provider_payments", N_("培训经费"), "file-text", "provider.own", order=60),
        MenuItem("me", "payments.my_allowances", N_("生活补助"), "file-text", "person.own", order=72),
        MenuItem("more", "payments.training_money", N_("培训资金"), "chart-bar", "class.manage", order=62),
    ),
)
