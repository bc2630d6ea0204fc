"""The parts of the one question about a KPI's surroundings: each an array of rows, as of now or of a past moment."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import CharField, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, JSONObject

from kpis.models import (
    BandRevision,
    Evidence,
    FlexRule,
    Reading,
    ReadingPast,
    Rebase,
    Rejudging,
    Review,
    Spell,
)
from kpis.queries.around.told import OF_DRIVER, OF_RULE, SIDES
from kpis.queries.room import SIX

DAYS_OF_SPELL: Final = ("pk", "environment_id", "agreement_id", "first_day", "last_day", "origin", "reason")


def standing(since: date, on: date, at: datetime | None, most: int | None) -> QuerySet[Any]:
    """The rows that stand, newest first, at most so many."""
    rows = Reading.objects.filter(kpi=OuterRef("pk"), period_end__gt=since, period_end__lte=on)
    if at is not None:
        rows = rows.filter(recorded_at__lt=at)
    moved = {name: exact(f"flexing__{name}") for name in SIX}
    return _as_rows(rows.order_by("-period_start"), **moved)[:most]


def past(since: date, on: date, at: datetime) -> QuerySet[Any]:
    """The versions that stood then and were superseded since."""
    rows = ReadingPast.objects.filter(
        kpi_id=OuterRef("pk"),
        period_end__gt=since,
        period_end__lte=on,
        recorded_at__lt=at,
        superseded_at__gte=at,
    )
    return _as_rows(rows.order_by("version"), flexing=F("flexing_id"))


def _as_rows(rows: QuerySet[Any], **more: Any) -> QuerySet[Any]:
    plain = {"first": "period_start", "last": "period_end", "band": "band_revision_id"}
    same = {name: name for name in ("state", "is_not_applicable", "verdict")}
    return rows.values(row=JSONObject(value=exact("value"), **plain, **same, **more))


def bands(at: datetime | None) -> QuerySet[Any]:
    """The agreed bands, of one day in the order in which they were agreed."""
    rows = BandRevision.objects.filter(kpi=OuterRef("pk"), agreed_at__isnull=False)
    if at is not None:
        rows = rows.filter(agreed_at__lte=at)
    numbers = {name: exact(name) for name in (*SIX, "allowance", "max_earned")}
    plain = {name: name for name in ("pk", "effective_from", "agreement_id")}
    return rows.order_by("effective_from", "agreed_at", "pk").values(row=JSONObject(**plain, **numbers))


def spells(chosen: Q | None, at: datetime | None) -> QuerySet[Any]:
    """The spells chosen, or those in force that a rule of the KPI speaks of."""
    if chosen is None:
        with_rules = FlexRule.objects.filter(
            band_revision__kpi=OuterRef(OuterRef("pk")), band_revision__agreed_at__isnull=False
        )
        superseded = (
            Q(superseded_at__isnull=True)
            if at is None
            else Q(superseded_at__isnull=True) | Q(superseded_at__gt=at)
        )
        agreed = Q(agreed_at__isnull=False) if at is None else Q(agreed_at__lte=at)
        chosen = Q(environment__in=with_rules.values("environment"), is_void=False) & superseded & agreed
    signed = {
        f"{side}_{what}": f"agreement__{side}_signed_{how}"
        for side in SIDES
        for what, how in (("name", "by__full_name"), ("at", "at"))
    }
    plain = {name: name for name in DAYS_OF_SPELL}
    rows = Spell.objects.filter(chosen).order_by("first_day", "pk")
    return rows.values(
        row=JSONObject(name="environment__name", superseded_at="superseded_at", **plain, **signed)
    )


def rules(at: datetime | None) -> QuerySet[Any]:
    """The flex rules of the agreed bands."""
    rows = FlexRule.objects.filter(band_revision__kpi=OuterRef("pk"), band_revision__agreed_at__isnull=False)
    if at is not None:
        rows = rows.filter(band_revision__agreed_at__lte=at)
    plain = {name: name for name in OF_RULE}
    numbers = {name: exact(name) for name in (*SIX, *OF_DRIVER)}
    return rows.order_by("-priority", "pk").values(row=JSONObject(**plain, **numbers))


def rebases(on: date, at: datetime | None) -> QuerySet[Any]:
    """The agreed rebases whose period has begun."""
    rows = Rebase.objects.filter(kpi=OuterRef("pk"), agreed_at__isnull=False, from_period__lte=on)
    if at is not None:
        rows = rows.filter(agreed_at__lte=at)
    plain = {name: name for name in ("pk", "from_period", "reason", "agreement_id")}
    return rows.order_by("agreed_at", "pk").values(row=JSONObject(**plain))


def reviews(at: datetime | None) -> QuerySet[Any]:
    """The joint reviews that wait for a choice."""
    rows = Review.objects.filter(kpi=OuterRef("pk"), closed_at__isnull=True)
    if at is not None:
        rows = Review.objects.filter(
            Q(closed_at__isnull=True) | Q(closed_at__gt=at), kpi=OuterRef("pk"), opened_at__lte=at
        )
    return rows.order_by("opened_at", "pk").values(row=JSONObject(pk="pk", cause="cause"))


def works() -> QuerySet[Any]:
    """What is still being judged anew in the relationship."""
    rows = Rejudging.objects.filter(relationship_id=OuterRef("relationship_id"), finished_at__isnull=True)
    plain = {name: name for name in ("pk", "periods_done", "periods_total")}
    return rows.order_by("created_at", "pk").values(row=JSONObject(**plain))


def files(reading_id: int) -> QuerySet[Any]:
    """One reading's files."""
    rows = Evidence.objects.filter(reading_id=reading_id).order_by("added_at", "pk")
    plain = {name: name for name in ("pk", "name", "size", "added_at")}
    return rows.values(row=JSONObject(added_by="added_by__full_name", **plain))


def exact(name: str) -> Cast:
    """A number as text: JSON would make a float of it."""
    return Cast(name, CharField())
