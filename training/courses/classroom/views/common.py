"""What the pages of both sides share: the office and the provider see the same rooms by two doors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, url_for

from jobmatch.web.access import access
from jobmatch.web.pages import PageForm, page
from training.courses.classes.models import CourseSession
from training.courses.classroom.blueprint import blueprint

SIDES = {"staff": "class.manage", "provider": "provider.own"}
View = Callable[..., Any]


def both(path: str, name: str, *, methods: tuple[str, ...] = ("GET",), **marks: Any) -> Callable[[View], View]:
    """Hang a view on ``/staff/classes/<public_id>…`` and ``/provider/classes/<public_id>…``.

    The view gets ``side`` first; its endpoints are ``staff_<name>`` and ``provider_<name>``.
    """

    def hang(view: View) -> View:
        for side, permission in SIDES.items():
            blueprint.add_url_rule(
                f"/{side}/classes/<public_id>{path}",
                f"{side}_{name}",
                access(permission, **marks)(_door(view, side)),
                methods=list(methods),
            )
        return view

    return hang


def _door(view: View, side: str) -> View:
    @wraps(view)
    def door(**arguments: Any) -> Any:
        return view(side, **arguments)

    return door


def address(side: str, course_session: CourseSession, name: str, **arguments: Any) -> str:
    """The address of a page of the class on the reader's side."""
    return url_for(f"classroom.{side}_{name}", public_id=course_session.public_id, **arguments)


def class_page(
    side: str,
    template: str,
    course_session: CourseSession,
    *,
    form: PageForm | None = None,
    fragment: str = "",
    **context: Any,
) -> Response:
    """A page about a class; ``to(name, …)`` in the template gives addresses of the same side."""

    def to(name: str, **arguments: Any) -> str:
        return address(side, course_session, name, **arguments)

    return page(
        template,
        fragment=fragment,
        form=form,
        course_session=course_session,
        side=side,
        is_office=side == "staff",
        to=to,
        **context,
    )
