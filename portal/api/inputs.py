"""What the API understands: plain input serializers that check and never save."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.forms import zone_choices
from accounts.models import Person
from kpis.models import Goal, Kpi, NamedCalendar
from relationships.models import Agreement, Contract, Relationship, Side
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


class RelationshipInput(serializers.Serializer[Any]):
    """A new relationship and whom to invite into it."""

    name = serializers.CharField(max_length=200)
    service = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    side = serializers.ChoiceField(choices=Side.choices, help_text="The side of the viewer's organisation.")
    organisation_name = serializers.CharField(max_length=200)
    email = serializers.EmailField(max_length=254)
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="GBP")
    time_zone = serializers.CharField(max_length=64, default="Europe/London")

    def validate_side(self, value: str) -> Side:
        return Side(value)

    def validate_time_zone(self, value: str) -> str:
        if value not in dict(zone_choices()):
            raise serializers.ValidationError("This is not a time zone of the IANA database.")
        return value


class ContractInput(serializers.Serializer[Any]):
    """What a contract says."""

    title = serializers.CharField(max_length=300)
    reference = serializers.CharField(max_length=200, required=False, allow_blank=True)
    value = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    currency = CURRENCY
    signed_on = serializers.DateField(required=False, allow_null=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    notice_by_on = serializers.DateField(required=False, allow_null=True)
    accountable = SeatedPerson()
    accountable_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    notes = serializers.CharField(**OPTIONAL_TEXT)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        starts, ends, notice = (attrs.get(name) for name in ("starts_on", "ends_on", "notice_by_on"))
        if starts and ends and starts > ends:
            raise serializers.ValidationError({"ends_on": ["The contract cannot end before it starts."]})
        if notice and ends and notice > ends:
            raise serializers.ValidationError(
                {"notice_by_on": ["Notice has to be given before the contract ends."]}
            )
        return attrs


class NewContractInput(ContractInput):
    """A new contract with its place in the tree."""

    kind = serializers.ChoiceField(choices=Contract.Kind.choices)
    parent = OwnRow(Contract.objects.all(), required=False, allow_null=True)  # type: ignore[assignment]


class GoalInput(serializers.Serializer[Any]):
    """A joint goal and what it is worth to each side."""

    name = serializers.CharField(max_length=200)
    outcome = serializers.CharField(**OPTIONAL_TEXT)
    worth_to_customer = serializers.CharField(**OPTIONAL_TEXT)
    worth_to_provider = serializers.CharField(**OPTIONAL_TEXT)


class KpiInput(serializers.Serializer[Any]):
    """A KPI's definition card."""

    goal = OwnRow(Goal.objects.all(), required=False)
    contract = OwnRow(Contract.objects.all(), required=False, allow_null=True)
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True)
    name = serializers.CharField(max_length=300)
    performed_by = serializers.ChoiceField(choices=Kpi.PerformedBy.choices)
    polarity = serializers.ChoiceField(choices=Kpi.Polarity.choices)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    decimals = serializers.IntegerField(min_value=0, max_value=6, required=False)
    entry = serializers.ChoiceField(choices=Kpi.Entry.choices, required=False)
    ratio_factor = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), required=False
    )
    frequency = serializers.ChoiceField(choices=Kpi.Frequency.choices)
    contract_month_day = serializers.IntegerField(min_value=1, max_value=28, required=False, allow_null=True)
    calendar = OwnRow(NamedCalendar.objects.all(), required=False, allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)
    due_days = serializers.IntegerField(min_value=0, max_value=366, required=False)
    outcome = serializers.CharField(**OPTIONAL_TEXT)
    standard = serializers.CharField(**OPTIONAL_TEXT)
    how_measured = serializers.CharField(**OPTIONAL_TEXT)
    source = serializers.CharField(  # type: ignore[assignment]  # the card's own name, not the field's
        max_length=300, required=False, allow_blank=True
    )
    customer_owner = SeatedPerson(Side.CUSTOMER)
    provider_owner = SeatedPerson(Side.PROVIDER)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kpi: Kpi | None = self.context.get("kpi")

        def told(name: str) -> Any:
            return attrs[name] if name in attrs else getattr(kpi, name, None)

        wrong: dict[str, list[str]] = {}
        frequency = told("frequency")
        if (frequency == Kpi.Frequency.CONTRACT_MONTH) != (told("contract_month_day") is not None):
            wrong["contract_month_day"] = ["A contract month, and only it, starts on a day from 1 to 28."]
        if (frequency == Kpi.Frequency.CALENDAR) != (told("calendar") is not None):
            wrong["calendar"] = ["A named calendar goes with the frequency CALENDAR, and only with it."]
        if told("ends_on") is not None and told("starts_on") > told("ends_on"):
            wrong["ends_on"] = ["The KPI cannot end before it starts."]
        reference = attrs.get("reference")
        if reference and self._is_taken(reference, kpi):
            wrong["reference"] = ["Another KPI of this relationship has this reference."]
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs

    def _is_taken(self, reference: str, kpi: Kpi | None) -> bool:
        others = Kpi.objects.filter(relationship=self.context["relationship"], reference=reference)
        return (others if kpi is None else others.exclude(pk=kpi.pk)).exists()


class BandInput(serializers.Serializer[Any]):
    """Thresholds in the KPI's unit, from bad to good; the upper half only for a KPI that stays within a range."""

    effective_from = serializers.DateField(help_text="Periods that start on this day or later.")
    floor = serializers.DecimalField(**THRESHOLD)
    tolerance = serializers.DecimalField(**THRESHOLD)
    target = serializers.DecimalField(**THRESHOLD)
    upper_target = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
    upper_tolerance = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
    upper_floor = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
    note = serializers.CharField(**OPTIONAL_TEXT)
    counters = OwnRow(
        Agreement.objects.filter(kind=Agreement.Kind.BAND_REVISION),
        required=False,
        allow_null=True,
        help_text="The open proposal of the other side that this one answers.",
    )


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=10_000)


class OptionalReasonInput(serializers.Serializer[Any]):
    """Why, if it needs saying."""

    reason = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class ReadingRowInput(serializers.Serializer[Any]):
    """One reading: a value, or numerator and denominator, or "not applicable".

    `version` is that of the reading it corrects; without it the row only fills an empty period or repeats what
    stands.
    """

    kpi = serializers.IntegerField(min_value=1)
    period_start = serializers.DateField(help_text="First day of the period.")
    value = serializers.CharField(max_length=40, required=False, allow_null=True)
    numerator = serializers.CharField(max_length=40, required=False, allow_null=True)
    denominator = serializers.CharField(max_length=40, required=False, allow_null=True)
    is_not_applicable = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(**OPTIONAL_TEXT)
    version = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class ReadingsInput(serializers.Serializer[Any]):
    """Many readings at once."""

    readings = serializers.ListField(child=ReadingRowInput(), allow_empty=False, max_length=5_000)
    all_or_nothing = serializers.BooleanField(
        default=True, help_text="Whether one bad row keeps all others out."
    )


class ConfirmationInput(serializers.Serializer[Any]):
    """A reading of the other side, in the version that was looked at."""

    reading = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=1)


class ConfirmationsInput(serializers.Serializer[Any]):
    """Readings to confirm."""

    readings = serializers.ListField(child=ConfirmationInput(), allow_empty=False, max_length=5_000)


class DisputeInput(serializers.Serializer[Any]):
    """What is disputed, and the value one sees oneself."""

    reason = serializers.CharField(max_length=10_000)
    claimed_value = serializers.DecimalField(**THRESHOLD, required=False, allow_null=True)
