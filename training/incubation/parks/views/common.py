"""Pages that the office and the operators share: one view, hung up at two addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from training.incubation.parks import queries
from training.incubation.parks.blueprint import blueprint
from training.incubation.parks.models import Incubator, Tenancy
from training.incubation.parks.policies import run_incubators, visible_tenancies


@dataclass(frozen=True, slots=True)
class Place:
    """The incubator a page is about, and which of the two houses the page stands in."""

    incubator: Incubator
    is_office: bool

    def url(self, name: str, **values: Any) -> str:
        """The address of another page about this incubator."""
        if self.is_office:
            return url_for(f"parks.staff_{name}", public_id=self.incubator.public_id, **values)
        return url_for(f"parks.own_{name}", **values)

    def go(self, name: str, **values: Any) -> Any:
        """There, after something was done."""
        return redirect(self.url(name, **values), 303)


def place_of(uow: UnitOfWork, public_id: str | None) -> Place:
    """The incubator of the address, or the operator's own. Raises ``NotFound``."""
    if public_id is not None:
        return Place(uow.one(run_incubators(uow.actor, queries.incubator_named(public_id))), True)
    found = uow.rows(run_incubators(uow.actor, queries.own_incubator(uow.actor.organization_id)))
    if not found:
        raise NotFound(_("还没有登记您的孵化基地，请打服务中心电话"))
    return Place(found[0], False)


def tenancy_at(uow: UnitOfWork, place: Place, tenancy_id: str) -> Tenancy:
    """A tenancy of this incubator. Raises ``NotFound``."""
    query = queries.tenancy_named(tenancy_id).where(Tenancy.incubator_id == place.incubator.id)
    found: Tenancy = uow.one(visible_tenancies(uow.actor, query))
    return found


View = Callable[..., Any]


def both(rule: str, name: str, *, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Hang a view up twice: as ``staff_<name>`` of an incubator, and as ``own_<name>`` of the operator's own."""

    def hang(view: View) -> View:
        def of_office(public_id: str, **values: Any) -> Any:
            return view(place_of(current_uow(), public_id), **values)

        def of_operator(**values: Any) -> Any:
            return view(place_of(current_uow(), None), **values)

        _hang(rule, name, methods, of_office, of_operator, slow=False)
        return view

    return hang


def both_slow(rule: str, name: str) -> Callable[[View], View]:
    """As ``both`` for pages that work outside of a unit; the view gets the unit that it reads in, and gives a maker.

    What the view returns is called after the unit was closed.
    """

    def hang(view: View) -> View:
        def run(public_id: str | None, values: dict[str, Any]) -> Any:
            with current_runtime().unit(g.actor, writing=False) as uow:
                make = view(uow, place_of(uow, public_id), **values)
            return make()

        def of_office(public_id: str, **values: Any) -> Any:
            return run(public_id, values)

        def of_operator(**values: Any) -> Any:
            return run(None, values)

        _hang(rule, name, ("GET",), of_office, of_operator, slow=True)
        return view

    return hang


def _hang(rule: str, name: str, methods: Sequence[str], office: View, operator: View, *, slow: bool) -> None:
    for start, kind, view, permission in (
        ("/staff/incubators/<public_id>", "staff", office, "venture.manage"),
        ("/incubator", "own", operator, "incubator.own"),
    ):
        view.__name__ = f"{kind}_{name}"
        blueprint.add_url_rule(start + rule, view.__name__, access(permission, slow=slow)(view), methods=list(methods))


def pressed() -> str:
    """Which form of a page was sent."""
    return request.form.get("press", "") if request.method == "POST" else ""
