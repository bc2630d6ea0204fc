"""What a flex rule may name."""

from collections.abc import Iterable

from django.db.models import Q

from kpis.models import Environment, FlexRule, Kpi


def environments_for_rules(kpi: Kpi, kept: Iterable[FlexRule] = ()) -> dict[int, Environment]:
    """The environments of the relationship whose meaning is agreed, and those that rules name already; by id."""
    named = [rule.environment_id for rule in kept]
    found = Environment.objects.filter(
        Q(revisions__agreed_at__isnull=False) | Q(pk__in=named), relationship_id=kpi.relationship_id
    )
    return {environment.pk: environment for environment in found.order_by("name", "pk").distinct()}


def drivers_for_rules(kpi: Kpi, kept: Iterable[FlexRule] = ()) -> dict[int, Kpi]:
    """What a band of this KPI may follow: drivers and other KPIs that are still measured, and what rules follow
    already; by id, drivers first."""
    named = [rule.driver_id for rule in kept if rule.driver_id is not None]
    found = Kpi.objects.filter(
        Q(ends_on__isnull=True) | Q(pk__in=named), relationship_id=kpi.relationship_id
    ).exclude(pk=kpi.pk)
    return {driver.pk: driver for driver in found.order_by("-is_driver", "name", "pk")}
