"""The calculators of the method over HTTP: the product's own arithmetic, so that either side's analysts can check it."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from portal.api import inputs, output
from portal.api.base import understood
from portal.queries import method as answers

BAND = {"polarity": "HIGHER", "floor": "60", "tolerance": "70", "target": "80"}


def _example(**question: Any) -> list[OpenApiExample]:
    return [OpenApiExample("A worked example", value=question, request_only=True)]


class _Calculator(GenericAPIView[Any]):
    """Computes with what is sent; nothing is looked up and nothing is kept."""

    http_method_names = ["post", "options"]  # noqa: RUF012  Django's own way to say it

    def compute(
        self,
        question: type[Serializer[Any]],
        ask: Callable[[Mapping[str, Any]], Any],
        told: Callable[[Any], dict[str, Any]],
    ) -> Response:
        """The answer with its parts. Raises ValidationError at the field that makes no sense."""
        given = understood(question, self.request)
        try:
            return Response(told(ask(given)))
        except answers.NotComputable as refusal:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal


class MethodVerdict(_Calculator):
    """Section 2: verdict and attainment."""

    serializer_class = output.VerdictAnswer

    @extend_schema(
        request=inputs.VerdictQuestion,
        responses={200: output.VerdictAnswer},
        examples=_example(**BAND, value="76"),
    )
    def post(self, request: Request) -> Response:
        """Judges a value by a band."""
        return self.compute(inputs.VerdictQuestion, answers.judge_example, output.verdict_answer)


class MethodFlex(_Calculator):
    """Section 3: bands that move with the environment."""

    serializer_class = output.FlexAnswer

    @extend_schema(
        request=inputs.FlexQuestion,
        responses={200: output.FlexAnswer},
        examples=_example(
            **BAND,
            days=31,
            value="77.5",
            rules=[
                {
                    "kind": "SHIFT",
                    "priority": 1,
                    "covered_days": 15,
                    "floor": "-6",
                    "tolerance": "-6",
                    "target": "-6",
                }
            ],
        ),
    )
    def post(self, request: Request) -> Response:
        """Moves a band by the one rule of highest priority that applies; judges a value before and after."""
        return self.compute(inputs.FlexQuestion, answers.flex_example, output.flex_answer)


class MethodEarnedRoom(_Calculator):
    """Section 4: earned room."""

    serializer_class = output.EarnedRoomAnswer

    @extend_schema(
        request=inputs.EarnedRoomQuestion,
        responses={200: output.EarnedRoomAnswer},
        examples=_example(**BAND, max_earned="0.5", trust_customer="0.8", trust_provider="0.6", value="68"),
    )
    def post(self, request: Request) -> Response:
        """Widens a tolerance by mutual trust, never beyond the floor."""
        return self.compute(inputs.EarnedRoomQuestion, answers.earned_example, output.earned_answer)


class MethodBudget(_Calculator):
    """Section 5: the wiggle-room budget."""

    serializer_class = output.BudgetAnswer

    @extend_schema(
        request=inputs.BudgetQuestion,
        responses={200: output.BudgetAnswer},
        examples=_example(**BAND, allowance="6", first_month="2025-01-01", values=["81", "76", None, "68"]),
    )
    def post(self, request: Request) -> Response:
        """Spends an allowance month by month; tells balance, burn and forecast."""
        return self.compute(inputs.BudgetQuestion, answers.budget_example, output.budget_answer)


class MethodSignals(_Calculator):
    """Section 6: signal or noise."""

    serializer_class = output.SignalsAnswer

    @extend_schema(
        request=inputs.SignalsQuestion,
        responses={200: output.SignalsAnswer},
        examples=_example(polarity="LOWER", values=[1, 2, 1, 2, 10, 1, 2, 1, 2], target="3"),
    )
    def post(self, request: Request) -> Response:
        """Draws the limits of a column of numbers and names its signals."""
        return self.compute(inputs.SignalsQuestion, answers.signals_example, output.signals_answer)


class MethodCondition(_Calculator):
    """Section 3: conditions that propose a spell."""

    serializer_class = output.ConditionAnswer

    @extend_schema(
        request=inputs.ConditionQuestion,
        responses={200: output.ConditionAnswer},
        examples=_example(
            condition="calls_received > 1.2 * usual_calls",
            variables={"calls_received": "1300", "usual_calls": "1000"},
        ),
    )
    def post(self, request: Request) -> Response:
        """Tries a condition with values."""
        return self.compute(inputs.ConditionQuestion, answers.condition_example, output.condition_answer)
