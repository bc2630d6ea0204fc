"""What several inputs are made of."""

from typing import Any

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
