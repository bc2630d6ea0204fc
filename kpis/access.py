"""The only door from a request to goals, KPIs, readings and uploads: errors as in relationships.access."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from kpis.models import Dispute, Environment, Evidence, Goal, Kpi, Reading, Rejudging, Review, Upload
from relationships.access import WITH_PARTIES, Standpoint, Viewer, load_relationship
from relationships.models import Relationship
from relationships.policy import Right

Row = TypeVar("Row", bound=Model)


def load_goal(viewer: Viewer, goal_id: int, *, needs: Right = Right.READ) -> tuple[Goal, Standpoint]:
    """A goal and the standpoint from which it is seen."""
    return _load(viewer, Goal.objects.all(), goal_id, needs)


def load_kpi(viewer: Viewer, kpi_id: int, *, needs: Right = Right.READ) -> tuple[Kpi, Standpoint]:
    """A KPI with goal, contract, calendar and owners, and the standpoint from which it is seen."""
    kpis = Kpi.objects.select_related("goal", "contract", "calendar", "customer_owner", "provider_owner")
    return _load(viewer, kpis, kpi_id, needs)


def load_reading(viewer: Viewer, reading_id: int, *, needs: Right = Right.READ) -> tuple[Reading, Standpoint]:
    """A reading with its KPI, the band it was judged by and who wrote it, and the standpoint."""
    readings = Reading.objects.select_related("kpi", "band_revision", "submitted_by", "settled_by")
    reading, standpoint = _load(viewer, readings, reading_id, needs)
    reading.kpi.relationship = standpoint.relationship
    return reading, standpoint


def load_dispute(viewer: Viewer, dispute_id: int, *, needs: Right = Right.READ) -> tuple[Dispute, Standpoint]:
    """A dispute with the reading it is about and its KPI, and the standpoint."""
    disputes = Dispute.objects.select_related("reading__kpi", "opened_by", "resolved_by")
    dispute, standpoint = _load(viewer, disputes, dispute_id, needs)
    dispute.reading.relationship = dispute.reading.kpi.relationship = standpoint.relationship
    return dispute, standpoint


def load_evidence(
    viewer: Viewer, evidence_id: int, *, needs: Right = Right.READ
) -> tuple[Evidence, Standpoint]:
    """A file that supports a reading, and the standpoint."""
    return _load(viewer, Evidence.objects.select_related("reading__kpi"), evidence_id, needs)


def load_upload(viewer: Viewer, upload_id: int, *, needs: Right = Right.READ) -> tuple[Upload, Standpoint]:
    """An upload without its content (read it with `upload.content` where it is wanted), and the standpoint."""
    uploads = Upload.objects.select_related("uploaded_by").defer("content")
    return _load(viewer, uploads, upload_id, needs)


def load_environment(
    viewer: Viewer, environment_id: int, *, needs: Right = Right.READ
) -> tuple[Environment, Standpoint]:
    """An environment, and the standpoint."""
    return _load(viewer, Environment.objects.all(), environment_id, needs)


def load_rejudging(
    viewer: Viewer, rejudging_id: int, *, needs: Right = Right.READ
) -> tuple[Rejudging, Standpoint]:
    """Readings that are judged anew, and the standpoint."""
    return _load(viewer, Rejudging.objects.all(), rejudging_id, needs)


def load_review(viewer: Viewer, review_id: int, *, needs: Right = Right.READ) -> tuple[Review, Standpoint]:
    """A joint review with its KPI and the agreement that may end it, and the standpoint."""
    reviews = Review.objects.select_related("kpi", "agreement__proposed_by")
    review, standpoint = _load(viewer, reviews, review_id, needs)
    review.kpi.relationship = standpoint.relationship
    return review, standpoint


def _load(viewer: Viewer, rows: QuerySet[Row], row_id: int, needs: Right) -> tuple[Row, Standpoint]:
    found = rows.select_related(*WITH_PARTIES).filter(pk=row_id).first()
    if found is None or found.relationship_id not in viewer.roles:  # type: ignore[attr-defined]
        raise Http404
    known: Relationship = found.relationship  # type: ignore[attr-defined]
    return found, load_relationship(viewer, known.pk, needs=needs, known=known)
