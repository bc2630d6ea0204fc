"""Taking over public contracts: upload, preview with a report, confirm, what came of it.

A package may hold what is new and newer releases of what is here: both are shown before anything happens.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation, Person
from relationships import actions, queries, shelf
from relationships.access import Viewer, viewer_of
from relationships.forms import PackageForm
from relationships.models import Relationship
from relationships.ocds import parse_package
from relationships.policy import Right, rights_of
from relationships.queries.public_contracts import Plan

MOST_AT_ONCE = 100
MOST_SHOWN = 200
TEMPLATE = "relationships/import.html"


@login_required
@require_http_methods(["GET", "POST"])
def public_contracts(request: HttpRequest) -> HttpResponse:
    """GET asks for a package (or shows what was made of one); POST previews it, or takes over what was chosen."""
    viewer = viewer_of(request)
    own = viewer.person.organisation
    if own is None:
        raise Http404
    if request.method != "POST":
        made, updated = (_named(request, viewer, name) for name in ("made", "updated"))
        context = {"form": PackageForm(), "own": own, "made": made, "updated": updated}
        return render(request, TEMPLATE, context)
    if "package" in request.POST:
        return _confirm(request, viewer, own)
    return _preview(request, viewer, own)


def _preview(request: HttpRequest, viewer: Viewer, own: Organisation) -> HttpResponse:
    form = PackageForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form, "own": own}, status=422)
    digest = shelf.put(viewer.person, form.cleaned_data["file"])
    plan = queries.plan_import(form.processes, own, _changeable(viewer))
    return render(request, TEMPLATE, _planned(plan, digest, own, len(form.processes)))


def _planned(plan: Plan, digest: str, own: Organisation, read: int) -> dict[str, object]:
    """What the preview shows: at most so many lines of each list, with how many there are in all."""
    return {
        "own": own,
        "digest": digest,
        "read": read,
        "new": plan.new[:MOST_AT_ONCE],
        "updates": plan.updates[:MOST_AT_ONCE],
        "more": len(plan.new[MOST_AT_ONCE:]) + len(plan.updates[MOST_AT_ONCE:]),
        "kept": plan.kept[:MOST_SHOWN],
        "known": plan.known[:MOST_SHOWN],
        "known_count": len(plan.known),
        "left_out": plan.left_out[:MOST_SHOWN],
        "left_out_count": len(plan.left_out),
        "remarks": plan.remarks[:MOST_SHOWN],
        "remarks_count": len(plan.remarks),
    }


def _changeable(viewer: Viewer) -> set[int]:
    """The relationships whose contracts the viewer may change."""
    return {number for number, roles in viewer.roles.items() if Right.CONTRIBUTE in rights_of(roles)}


def _confirm(request: HttpRequest, viewer: Viewer, own: Organisation) -> HttpResponse:
    content = shelf.get(viewer.person, request.POST["package"])
    if content is None:
        messages.error(request, _("The package is no longer here. Upload it again."))
        return redirect("relationships:import")
    plan = queries.plan_import(parse_package(content), own, _changeable(viewer))
    with transaction.atomic():
        updated = _update(plan, set(request.POST.getlist("update")), viewer.person)
        made = _make(plan, set(request.POST.getlist("take")), viewer.person)
    if not made and not updated:
        messages.error(request, _("Nothing was chosen that is not here already."))
        return redirect("relationships:import")
    shelf.clear(viewer.person)
    _say(request, made, updated)
    numbers = {"made": _numbers(made), "updated": _numbers(updated)}
    asked = urlencode({name: value for name, value in numbers.items() if value}, safe=",")
    return redirect(f"{reverse('relationships:import')}?{asked}")


def _make(plan: Plan, chosen: set[str], person: Person) -> list[Relationship]:
    made: list[Relationship] = []
    for one in [one for one in plan.new if one.reference in chosen][:MOST_AT_ONCE]:
        try:
            made.append(
                actions.import_own_deal(process=one.process, deal=one.deal, actor=person, now=timezone.now())
            )
        except actions.IsHereAlready:
            continue  # a colleague was faster
    return made


def _update(plan: Plan, chosen: set[str], person: Person) -> list[Relationship]:
    """Brings what was chosen up to date; the plan names only what the viewer may change."""
    updated: dict[int, Relationship] = {}
    for one in plan.updates[:MOST_AT_ONCE]:
        relationship = one.known
        if relationship is None or str(relationship.pk) not in chosen:
            continue
        done = actions.update_from_register(
            relationship=relationship, deal=one.deal, actor=person, side=one.side, now=timezone.now()
        )
        if not done.is_nothing:
            updated[relationship.pk] = relationship
    return list(updated.values())


def _say(request: HttpRequest, made: list[Relationship], updated: list[Relationship]) -> None:
    if made:
        said = ngettext("%(n)d relationship is here now.", "%(n)d relationships are here now.", len(made))
        messages.success(request, said % {"n": len(made)})
    if updated:
        said = ngettext(
            "%(n)d relationship is up to date now.", "%(n)d relationships are up to date now.", len(updated)
        )
        messages.success(request, said % {"n": len(updated)})


def _numbers(relationships: list[Relationship]) -> str:
    return ",".join(str(relationship.pk) for relationship in relationships)


def _named(request: HttpRequest, viewer: Viewer, name: str) -> list[Relationship]:
    """The relationships the address names, as far as the viewer may read them."""
    asked = {int(n) for n in request.GET.get(name, "")[:2000].split(",") if n.isascii() and n.isdecimal()}
    ids = asked & set(viewer.relationship_ids)
    return list(
        queries.readable_relationships(viewer).filter(pk__in=ids).select_related("customer", "provider")
    )
