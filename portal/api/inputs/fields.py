"""What several inputs are made of."""

from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.models import Person
from relationships.models import Relationship, Side
from relationships.queries import customer_people, seatable_people

THRESHOLD: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}
OPTIONAL_TEXT: dict[str, Any] = {"required": False, "allow_blank": True, "max_length": 10_000}
CURRENCY = serializers.RegexField(r"^[A-Z]{3}$", required=False, help_text="ISO 4217, such as GBP.")


class OwnRow(serializers.PrimaryKeyRelatedField[Any]):
    """A row of the same relationship, by its id; any other is "does not exist"."""

    def __init__(self, rows: QuerySet[Any], **options: Any) -> None:
        self.rows = rows
        super().__init__(queryset=rows, **options)

    def get_queryset(self) -> QuerySet[Any]:
        relationship = self.context.get("relationship")
        return self.rows.none() if relationship is None else self.rows.filter(relationship=relationship)


class SeatedPerson(serializers.PrimaryKeyRelatedField[Person]):
    """A person of one side of the relationship, by id."""

    def __init__(self, side: str = "", **options: Any) -> None:
        self.side = side
        super().__init__(queryset=Person.objects.none(), required=False, allow_null=True, **options)

    def get_queryset(self) -> QuerySet[Person]:
        relationship: Relationship | None = self.context.get("relationship")
        if relationship is None:
            return Person.objects.none()
        return seatable_people(relationship, Side(self.side)) if self.side else customer_people(relationship)


FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100


def check_day(day: date) -> date:
    """Raises ValidationError for a day that no contract of ours speaks of."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise serializers.ValidationError(f"Choose a day from {FIRST_YEAR} to {LAST_YEAR}.")
    return day


class DayField(serializers.DateField):
    """A day from 1990 to 2100."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        day = super().run_validation(data)
        return day if day is None else check_day(day)
