"""How everything is computed, in words, with examples and calculators that run the product's own arithmetic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from portal.method_forms import (
    BudgetForm,
    Calculator,
    ConditionForm,
    EarnedForm,
    FlexForm,
    ScoreForm,
    SignalsForm,
    VerdictForm,
)
from portal.queries import method as questions

# By the prefix of its fields in the address: the form, and what computes with its values.
CALCULATORS: Final[Mapping[str, tuple[type[Calculator], Callable[[Mapping[str, Any]], Any]]]] = {
    "band": (VerdictForm, questions.judge_example),
    "flex": (FlexForm, questions.flex_example),
    "earned": (EarnedForm, questions.earned_example),
    "budget": (BudgetForm, questions.budget_example),
    "xmr": (SignalsForm, questions.signals_example),
    "condition": (ConditionForm, questions.condition_example),
    "score": (ScoreForm, questions.score_example),
}


@dataclass(frozen=True)
class Worked:
    """A calculator as the page shows it: its form, and the answer where its values make sense."""

    key: str
    form: Calculator
    answer: Any
    is_asked: bool

    @property
    def template(self) -> str:
        return f"portal/method/_{self.key}_answer.html"


@login_required
@require_GET
def method(request: HttpRequest) -> HttpResponse:
    """The method; what is typed into a calculator stands in the address, so that it can be passed on.

    htmx, which asks while somebody types, gets the answer of the one calculator that it asks about.
    """
    asked = next((key for key in CALCULATORS if _is_asked(request.GET, key)), None)
    if request.headers.get("HX-Request") and asked is not None:
        worked = _work(request.GET, asked)
        response = render(request, "portal/method/_answer.html", {"worked": worked})
    else:
        context: dict[str, Any] = {key: _work(request.GET, key) for key in CALCULATORS}
        context |= {"moved": questions.movement_example(), "age_weights": questions.age_weights()}
        response = render(request, "portal/method.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _is_asked(given: QueryDict, key: str) -> bool:
    return any(name.startswith(f"{key}-") for name in given)


def _work(given: QueryDict, key: str) -> Worked:
    """The example until something is asked; no answer where what is asked makes no sense."""
    kind, compute = CALCULATORS[key]
    if not _is_asked(given, key):
        example = dict(kind.example)
        data = {f"{key}-{name}": value for name, value in example.items()}
        shown = kind(data, prefix=key)
        shown.is_valid()
        return Worked(key, kind(prefix=key, initial=example), compute(shown.asked()), is_asked=False)
    form = kind(given, prefix=key)
    answer = None
    if form.is_valid():
        try:
            answer = compute(form.asked())
        except questions.NotComputable as refusal:
            form.refuse(refusal.field, str(refusal))
    return Worked(key, form, answer, is_asked=True)
