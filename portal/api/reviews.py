"""What the figures of a KPI asked both sides for: new limits, and joint reviews."""

from typing import ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kpis import actions
from kpis.models import Kpi, Rebase, Review
from portal.api import inputs, output
from portal.api.base import ReadableItem, ReadableList, WriteOnly, acting, understood
from relationships.policy import Right


class Rebases(ReadableList):
    """Fresh starts of limits, agreed and proposed."""

    rows = Rebase.objects.all()
    serializer_class = output.RebaseOutput
    filterset_fields: ClassVar = ["relationship", "kpi"]


class RebaseItem(ReadableItem):
    """One rebase."""

    rows = Rebase.objects.all()
    serializer_class = output.RebaseOutput


class RebasesOfKpi(WriteOnly):
    """Proposes new limits for a KPI."""

    rows = Kpi.objects.select_related("relationship")
    serializer_class = output.RebaseOutput

    @extend_schema(request=inputs.RebaseInput, responses={201: output.RebaseOutput})
    def post(self, request: Request, id: int) -> Response:
        """Proposes that signals are read from a period on, because the process changed."""
        kpi, standpoint = self.find(needs=Right.PROPOSE)
        given = understood(inputs.RebaseInput, request, context={"relationship": standpoint.relationship})
        return self.answer(actions.propose_rebase(kpi=kpi, **given, **acting(standpoint)), status=201)


class ReviewFilter(filters.FilterSet):
    """By relationship, KPI, cause, and whether it is open."""

    is_open = filters.BooleanFilter(method="open_ones")

    class Meta:
        model = Review
        fields: ClassVar = ["relationship", "kpi", "cause"]

    def open_ones(self, rows: QuerySet[Review], name: str, value: bool) -> QuerySet[Review]:
        return rows.filter(closed_at__isnull=value)


class Reviews(ReadableList):
    """Joint reviews, opened by figures and closed by a choice of both sides."""

    rows = Review.objects.all()
    serializer_class = output.ReviewOutput
    filterset_class = ReviewFilter


class ReviewItem(ReadableItem):
    """One joint review."""

    rows = Review.objects.all()
    serializer_class = output.ReviewOutput


class ReviewChoice(WriteOnly):
    """Proposes how a review ends."""

    rows = Review.objects.all()
    serializer_class = output.AgreementOutput

    @extend_schema(request=inputs.ReviewChoiceInput, responses={201: output.AgreementOutput})
    def post(self, request: Request, id: int) -> Response:
        """Proposes to renegotiate, to repair or to accept; the review ends once both sides have signed."""
        review, standpoint = self.find(needs=Right.PROPOSE)
        given = understood(inputs.ReviewChoiceInput, request)
        proposed = actions.propose_choice(review_id=review.pk, **given, **acting(standpoint))
        return self.answer(proposed, status=201)
