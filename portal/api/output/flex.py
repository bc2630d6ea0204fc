"""What moves bands: environments and their spells, and the rules that follow them."""

from typing import ClassVar

from rest_framework import serializers

from kpis.models import Environment, EnvironmentRevision, FlexRule, Spell


class EnvironmentRevisionOutput(serializers.ModelSerializer[EnvironmentRevision]):
    """What an environment means from a day on; `agreed_at` is null while proposed."""

    class Meta:
        model = EnvironmentRevision
        fields: ClassVar = [
            "id",
            "relationship",
            "environment",
            "agreement",
            "effective_from",
            "meaning",
            "condition",
            "agreed_at",
        ]


class EnvironmentOutput(serializers.ModelSerializer[Environment]):
    """A named condition of the world around the service, with everything it was ever said to mean, oldest first."""

    revisions = EnvironmentRevisionOutput(many=True)

    class Meta:
        model = Environment
        fields: ClassVar = ["id", "relationship", "name", "created_at", "revisions"]


class SpellOutput(serializers.ModelSerializer[Spell]):
    """Days in which an environment holds; `last_day` is null until further notice.

    It counts while `agreed_at` is set, `superseded_at` is null and it is not `is_void`.
    """

    class Meta:
        model = Spell
        fields: ClassVar = [
            "id",
            "relationship",
            "environment",
            "agreement",
            "first_day",
            "last_day",
            "origin",
            "reason",
            "replaces",
            "is_void",
            "agreed_at",
            "superseded_at",
        ]


class RuleOutput(serializers.ModelSerializer[FlexRule]):
    """How a band moves while an environment holds; the highest priority is used."""

    class Meta:
        model = FlexRule
        fields: ClassVar = [
            "id",
            "environment",
            "kind",
            "priority",
            "floor",
            "tolerance",
            "target",
            "upper_target",
            "upper_tolerance",
            "upper_floor",
            "driver",
            "baseline",
            "slope",
            "deadband",
            "cap",
        ]
