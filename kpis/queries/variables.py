"""What conditions call the drivers of a relationship."""

from collections.abc import Iterable

from kpis.domain.conditions import variable_names
from kpis.models import EnvironmentRevision, Kpi


def drivers_of(relationship_id: int) -> list[Kpi]:
    """The drivers of a relationship, oldest first, so that a new one never renames the variable of another."""
    return list(Kpi.objects.drivers().filter(relationship_id=relationship_id).order_by("pk"))


def variables_of(drivers: Iterable[Kpi]) -> dict[str, Kpi]:
    """Each driver under the name that a condition calls it by; two of one name get two variables."""
    labels: dict[str, Kpi] = {}
    for driver in drivers:
        label, number = driver.name, 1
        while label in labels:
            number += 1
            label = f"{driver.name} {number}"
        labels[label] = driver
    return {variable: labels[label] for label, variable in variable_names(labels).items()}


def variables_in(revision: EnvironmentRevision) -> dict[str, int]:
    """The driver behind each name in a condition, as it was signed; a driver that is renamed later stays meant."""
    for row in revision.agreement.content:
        if isinstance(row, dict) and isinstance(row.get("variables"), dict):
            return {str(name): int(driver) for name, driver in row["variables"].items()}
    today = variables_of(drivers_of(revision.relationship_id))
    return {name: driver.pk for name, driver in today.items()}
