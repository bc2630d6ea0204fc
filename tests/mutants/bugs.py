"""Authorisation bugs as somebody in a hurry would write them, each with the part of the matrix that has to notice it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts import access as accounts_access
from accounts.views import profile
from kpis import access as kpis_access
from kpis.views import exports, uploads
from portal.api import base as api_base
from portal.queries import home, search
from portal.views import agreements
from relationships import access
from relationships.queries import relationships as relationship_lists
from relationships.queries import timeline
from tests.access.world import World
from tests.cast import acting
from tests.mutants.swap import Change

KEPT_BY_DATABASE, NOT_KEPT = True, False


@dataclass(frozen=True)
class Bug:
    """A bug: what is changed in which function, who asks which addresses, and whether row-level security holds."""

    name: str
    changes: tuple[Change, ...]
    addresses: tuple[str, ...]
    identities: tuple[str, ...]
    kept_by_database: bool
    targets: tuple[str, ...] = ("own", "foreign", "theirs")
    probe: Callable[[World], list[str]] | None = field(default=None)


def change(function: Any, *texts: tuple[str, str]) -> tuple[Change, ...]:
    return (Change(function, texts),)


def signs_for_the_other_side(world: World) -> list[str]:
    """Ruth signs what Amara proposed: their side has signed already, and the other side's key stays as it is."""
    from tests.access.cells import ask_and_look

    agreement = world.own.rows["agreement"]

    def key_of_the_provider() -> int | None:
        with acting(world.cast.ruth, world.own.relationship):
            return type(agreement).objects.values_list("provider_signed_by", flat=True).get(pk=agreement.pk)

    turned = ask_and_look(
        world, "second customer lead", "agreement_signature", agreement.pk, {"version": agreement.version},
        key_of_the_provider,
    )  # fmt: skip
    return ["the provider's key was turned by the customer"] if turned else []


MEMBERSHIP = (
    "if relationship_id not in viewer.roles:\n        raise Http404",
    "viewer.roles.setdefault(relationship_id, frozenset({'LEAD'}))",
)
ANY_SIDE = ("if side is None:\n        raise Http404", "side = side or Side.CUSTOMER")
SOMEWHERE = "(viewer.relationship_ids or (0,))[0]"
ANY_RELATIONSHIP = (" or found.relationship_id not in viewer.roles", "")

WITHOUT_ASKING = (
    "from django.shortcuts import get_object_or_404\n"
    "    from relationships.access import Standpoint\n"
    "    from relationships.models import Relationship, Side\n"
    "    found = get_object_or_404(Relationship, pk=relationship_id)\n"
    "    standpoint = Standpoint(viewer_of(request), found, Side.CUSTOMER, frozenset())"
)

BUGS = (
    Bug(
        "load_relationship forgets membership",
        change(access.load_relationship, MEMBERSHIP),
        ("overview", "kpis:grid", "relationships:timeline", "api:relationship"),
        ("customer administrator", "revoked lead"),
        NOT_KEPT,  # a party's people may see that the relationship exists; of its content the database shows nothing
    ),
    Bug(
        "load_relationship lets everybody stand somewhere",
        change(access.load_relationship, MEMBERSHIP, ANY_SIDE),
        ("overview", "relationships:people", "value:score"),
        ("rival lead", "customer lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "Standpoint.demand demands nothing",
        change(access.Standpoint.demand, ("if right not in self.rights:", "if False:")),
        ("agreement_signature", "relationships:seats", "kpis:goal_new", "api:relationship_goals"),
        ("customer go-to", "recipient"),
        NOT_KEPT,
    ),
    Bug(
        "readable_relationships returns all",
        change(relationship_lists.readable_relationships, ('.filter(among("id", ids_with(viewer, Right.READ)))', ".all()")),
        ("relationships:index", "portfolio", "api:relationships", "api:kpis"),
        ("customer lead", "rival lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "an executive's list is everybody's",
        change(
            relationship_lists.readable_relationships,
            (".filter(Q(customer=own) | Q(provider=own))", ".exclude(pk=0 * (own or 0))"),
        ),
        ("relationships:index", "portfolio", "portfolio_export", "api:readings"),
        ("customer executive", "provider executive"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "get_timeline forgets what is internal",
        change(
            timeline.get_timeline,
            ("Q(internal_to__isnull=True) | Q(internal_to=standpoint.organisation)", "Q()"),
        ),
        ("relationships:timeline", "kpis:kpi", "relationships:contract", "agreement"),
        ("customer lead", "provider member"),
        KEPT_BY_DATABASE,
        ("own",),
    ),
    Bug(
        "the home page forgets what is internal",
        change(home.what_changed, ("Q(internal_to__isnull=True) | Q(internal_to=own), ", "")),
        ("home",),
        ("customer member", "provider lead"),
        KEPT_BY_DATABASE,
        ("own",),
    ),
    Bug(
        "load_kpi forgets what is needed",
        change(kpis_access.load_kpi, ("kpi_id, needs)", "kpi_id, Right.READ)")),
        ("kpis:kpi_definition", "kpis:band_new", "kpis:reading"),
        ("customer go-to", "provider member"),
        NOT_KEPT,
        ("own",),
    ),
    Bug(
        "goals, KPIs, readings, evidence and uploads are fetched by their number alone",
        change(
            kpis_access._load,
            ANY_RELATIONSHIP,
            ("known.pk, needs=needs, known=known", f"{SOMEWHERE}, needs=needs"),
        ),
        ("kpis:kpi", "kpis:reading", "kpis:evidence", "kpis:verdict", "kpis:upload"),
        ("customer lead", "rival lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "load_document hands out by number alone",
        change(
            access.load_document,
            (" or document.relationship_id not in viewer.roles", ""),
            ("document.relationship_id, needs=needs, known=document.relationship", f"{SOMEWHERE}, needs=needs"),
        ),
        ("relationships:document",),
        ("customer lead", "rival lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "load_agreement forgets what is needed",
        change(access.load_agreement, ("agreement.relationship_id, needs=needs", "agreement.relationship_id")),
        ("agreement_signature", "agreement_decline"),
        ("customer member", "provider executive"),
        NOT_KEPT,
        ("own",),
    ),
    Bug(
        "a file of the other side is shown",
        change(uploads.own, ("if upload.side != standpoint.side:", "if False:")),
        ("kpis:upload", "kpis:upload_report"),
        ("customer lead", "provider lead"),
        KEPT_BY_DATABASE,
        ("own", "theirs"),
    ),
    Bug(
        "the API finds rows without asking where they belong",
        change(api_base.find_row, ("viewer, row.relationship_id", f"viewer, {SOMEWHERE}")),
        ("api:contract", "api:kpi", "api:agreement", "api:reading", "api:shared_value"),
        ("customer lead", "rival lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "lists of the API are not cut",
        change(
            api_base.ReadableList.get_queryset,
            ("self.rows.filter(relationship__in=readable_relationships(viewer_of_api(self.request)))", "self.rows.all()"),
        ),
        ("api:contracts", "api:goals", "api:readings", "api:agreements"),
        ("customer lead", "without organisation"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "a seat that has ended still counts",
        change(access.look_up_viewer, ("person=person, ended_at__isnull=True", "person=person")),
        ("overview", "kpis:grid", "api:relationship"),
        ("revoked lead",),
        NOT_KEPT,
    ),
    Bug(
        "administrators read like executives",
        change(access.look_up_viewer, ("if person.is_executive and", "if person.is_organisation_admin and")),
        ("overview", "relationships:timeline", "api:relationship"),
        ("customer administrator", "provider administrator"),
        NOT_KEPT,
    ),
    Bug(
        "search looks everywhere",
        change(search._named, ("as_array(ids_with(viewer, Right.READ))", "as_array(range(1, 100_000))")),
        ("search",),
        ("customer lead", "customer executive"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "the export asks nobody",
        change(
            exports.readings_export,
            (
                "standpoint = load_relationship(viewer_of(request), relationship_id)",
                WITHOUT_ASKING,
            ),
        ),
        ("kpis:readings_export",),
        ("customer lead", "rival lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "notices of everybody",
        change(profile.notices, ("Notice.objects.filter(person=person)", "Notice.objects.all()")),
        ("accounts:notices",),
        ("customer lead", "provider lead"),
        KEPT_BY_DATABASE,
    ),
    Bug(
        "administrators manage people of every organisation",
        change(accounts_access.load_colleague, (", organisation=organisation", "")),
        ("accounts:person",),
        ("provider administrator", "rival lead"),
        NOT_KEPT,
    ),
    Bug(
        "a signature is given in the other side's name",
        change(agreements.acting, ('"side": standpoint.side', '"side": standpoint.other_side')),
        (),
        (),
        KEPT_BY_DATABASE,
        probe=signs_for_the_other_side,
    ),
)  # fmt: skip
