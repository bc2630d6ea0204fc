"""What moves bands: environments, their meaning and condition, and the spells in which they hold."""

from typing import Any

from rest_framework import serializers

from kpis.models import Spell
from portal.api.inputs.fields import OPTIONAL_TEXT, DayField, OwnRow
from relationships.models import Agreement


class EnvironmentRevisionInput(serializers.Serializer[Any]):
    """What an environment means from a day on, and when a spell of it is proposed automatically.

    `condition` is an expression over drivers (see `POST method/condition/`); blank where people declare spells only.
    """

    meaning = serializers.CharField(max_length=5_000)
    condition = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    effective_from = DayField()
    note = serializers.CharField(**OPTIONAL_TEXT)
    counters = OwnRow(
        Agreement.objects.filter(kind=Agreement.Kind.ENVIRONMENT),
        required=False,
        allow_null=True,
        help_text="The open proposal of the other side that this one answers.",
    )


class EnvironmentInput(EnvironmentRevisionInput):
    """A named environment with its first meaning."""

    name = serializers.CharField(max_length=100)


class SpellInput(serializers.Serializer[Any]):
    """Days in which an environment holds; without a last day until further notice.

    `replaces` names a signed spell that this one ends, moves or, with `is_void`, takes back. A spell that begins today
    or earlier is declared afterwards and needs a reason.
    """

    first_day = DayField()
    last_day = DayField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=5_000)
    replaces = OwnRow(Spell.objects.select_related("environment"), required=False, allow_null=True)
    is_void = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(**OPTIONAL_TEXT)
    counters = OwnRow(
        Agreement.objects.filter(kind=Agreement.Kind.SPELL),
        required=False,
        allow_null=True,
        help_text="The open proposal of the other side that this one answers.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["is_void"] and attrs.get("replaces") is None:
            raise serializers.ValidationError({"replaces": ["Name the spell that is taken back."]})
        return attrs
