"""Joint reviews: the list, and one of them with its figures and the choice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpis import actions
from kpis.access import load_review
from kpis.actions.entries import today_in
from kpis.forms.reviews import ChoiceForm
from kpis.queries.reviews import get_review, list_reviews
from kpis.views.goals import CONFLICT, context_of
from relationships.access import load_relationship, viewer_of
from relationships.actions import AgreementIsSettled, NotYourSide, VersionHasMoved
from relationships.policy import Right

PER_PAGE = 25
MOVED = (actions.ReviewIsClosed, AgreementIsSettled, VersionHasMoved, NotYourSide)


@login_required
@require_GET
def reviews(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """What figures asked both sides to look at: open first, then what was chosen."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    page = Paginator(list_reviews(standpoint.relationship), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "kpis/reviews.html", context_of(standpoint, page=page))


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One review: the figures then and now; POST proposes a choice, signed for the own side."""
    needs = Right.PROPOSE if request.method == "POST" else Right.READ
    found, standpoint = load_review(viewer_of(request), review_id, needs=needs)
    form = ChoiceForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            agreement = actions.propose_choice(
                review_id=found.pk,
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except MOVED as moved:
            refusal = str(moved)
            found, standpoint = load_review(viewer_of(request), review_id)
        else:
            messages.success(
                request,
                _("Proposed and signed for %(name)s. It waits for the other side.")
                % {"name": standpoint.organisation.name},
            )
            return redirect("agreement", agreement_id=agreement.pk)
    context = context_of(
        standpoint,
        page=get_review(found, on=today_in(standpoint.relationship, timezone.now())),
        review=found,
        kpi=found.kpi,
        form=form,
        refusal=refusal,
    )
    return render(request, "kpis/review.html", context, status=CONFLICT if refusal else 200)
