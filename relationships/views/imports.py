"""Taking over public contracts: upload, preview with a report, confirm, what came of it."""

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
        made = _made(request, viewer)
        return render(request, TEMPLATE, {"form": PackageForm(), "own": own, "made": made})
    if "package" in request.POST:
        return _confirm(request, viewer.person, own)
    return _preview(request, viewer.person, own)


def _preview(request: HttpRequest, person: Person, own: Organisation) -> HttpResponse:
    form = PackageForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form, "own": own}, status=422)
    digest = shelf.put(person, form.cleaned_data["file"])
    plan = queries.plan_import(form.processes, own)
    return render(request, TEMPLATE, _planned(plan, digest, own, len(form.processes)))


def _planned(plan: Plan, digest: str, own: Organisation, read: int) -> dict[str, object]:
    """What the preview shows: at most so many lines of each list, with how many there are in all."""
    return {
        "own": own,
        "digest": digest,
        "read": read,
        "new": plan.new[:MOST_AT_ONCE],
        "more": len(plan.new[MOST_AT_ONCE:]),
        "known": plan.known[:MOST_SHOWN],
        "left_out": plan.left_out[:MOST_SHOWN],
        "left_out_count": len(plan.left_out),
        "remarks": plan.remarks[:MOST_SHOWN],
        "remarks_count": len(plan.remarks),
    }


def _confirm(request: HttpRequest, person: Person, own: Organisation) -> HttpResponse:
    content = shelf.get(person, request.POST["package"])
    if content is None:
        messages.error(request, _("The package is no longer here. Upload it again."))
        return redirect("relationships:import")
    plan = queries.plan_import(parse_package(content), own)
    chosen = set(request.POST.getlist("take"))
    made: list[Relationship] = []
    with transaction.atomic():
        for one in [one for one in plan.new if one.reference in chosen][:MOST_AT_ONCE]:
            try:
                made.append(
                    actions.import_own_deal(
                        process=one.process, deal=one.deal, actor=person, now=timezone.now()
                    )
                )
            except actions.IsHereAlready:
                continue  # a colleague was faster
    if not made:
        messages.error(request, _("Nothing was chosen that is not here already."))
        return redirect("relationships:import")
    shelf.clear(person)
    said = ngettext("%(n)d relationship is here now.", "%(n)d relationships are here now.", len(made))
    messages.success(request, said % {"n": len(made)})
    numbers = ",".join(str(relationship.pk) for relationship in made)
    return redirect(f"{reverse('relationships:import')}?made={numbers}")


def _made(request: HttpRequest, viewer: Viewer) -> list[Relationship]:
    """The relationships the address names, as far as the viewer may read them."""
    asked = {int(n) for n in request.GET.get("made", "")[:2000].split(",") if n.isascii() and n.isdecimal()}
    ids = asked & set(viewer.relationship_ids)
    return list(
        queries.readable_relationships(viewer).filter(pk__in=ids).select_related("customer", "provider")
    )
