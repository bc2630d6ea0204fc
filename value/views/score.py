"""The shared value of a relationship, explained to the digit."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from relationships.access import Standpoint, load_relationship, viewer_of
from value import queries
from value.forms import ScoreDateForm
from value.models import Score
from value.queries.movement import compare
from value.queries.scores import score_before


@login_required
@require_GET
def score(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """The newest score, or with `?on=` that of a date; `?before=` names what it is compared with."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    form = ScoreDateForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.score_of(standpoint.relationship, asked.get("on"))
    context: dict[str, Any] = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "overview",
        "score": found,
        "asked": asked.get("on"),
        "date_errors": form.errors,
    }
    if found is not None and found.parts:
        context |= _explained(standpoint, found, asked.get("before"))
        context["form"] = ScoreDateForm.showing(found.as_of, context["compared_with"])
    return render(request, "value/score.html", context)


def _explained(standpoint: Standpoint, found: Score, before: date | None) -> dict[str, Any]:
    relationship = standpoint.relationship
    explanation = queries.explain(relationship, found)
    earlier = queries.score_of(relationship, before) if before is not None else score_before(found)
    moved = (
        compare(earlier, found) if earlier is not None and earlier.pk != found.pk and earlier.parts else None
    )
    return {
        "explanation": explanation,
        "bars": [_bar(side, standpoint) for side in explanation.sides],
        "moved": moved,
        "compared_with": earlier.as_of if earlier is not None else None,
        "history": queries.history_of(relationship, found.as_of),
    }


def _bar(side: Any, standpoint: Standpoint) -> dict[str, Any]:
    return {
        "side": side.side,
        "css": side.side.value.lower(),
        "organisation": side.organisation,
        "is_own": side.side == standpoint.side,
        "value": side.value,
        "length": round(side.value or 0, 2),
    }
