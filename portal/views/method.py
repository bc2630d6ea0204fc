"""How everything is computed, in words, with examples and two calculators."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.method_forms import SCORE_EXAMPLE, VERDICT_EXAMPLE, ScoreForm, VerdictForm
from portal.queries import method as questions


@login_required
@require_GET
def method(request: HttpRequest) -> HttpResponse:
    """The method; what is typed into a calculator stands in the address, so that it can be passed on."""
    verdict_form, verdict_values = _asked(request, VerdictForm, "band", VERDICT_EXAMPLE)
    score_form, score_values = _asked(request, ScoreForm, "score", SCORE_EXAMPLE)
    context = {
        "verdict_form": verdict_form,
        "judged": questions.judge_example(verdict_values) if verdict_values else None,
        "score_form": score_form,
        "scored": questions.score_example(score_values) if score_values else None,
        "moved": questions.movement_example(),
        "age_weights": questions.age_weights(),
    }
    return render(request, "portal/method.html", context)


def _asked(
    request: HttpRequest, kind: type[Form], prefix: str, example: Mapping[str, Any]
) -> tuple[Form, Mapping[str, Any] | None]:
    """The form and the values to compute with: the example until something is asked, None when it makes no sense."""
    if not any(name.startswith(f"{prefix}-") for name in request.GET):
        return kind(prefix=prefix, initial=dict(example)), example
    form = kind(request.GET, prefix=prefix)
    return form, form.cleaned_data if form.is_valid() else None
