"""Seats."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from relationships import queries
from relationships.models import Relationship, Role, Seat, Side

# Generic for the type checker only: at run time the class takes no argument.
if TYPE_CHECKING:
    SeatChoice = forms.ModelChoiceField[Seat]
    PersonChoice = forms.ModelChoiceField[Person]
else:
    SeatChoice = PersonChoice = forms.ModelChoiceField


class CounterpartField(SeatChoice):
    """A seat of the other side, by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.full_name} ({obj.get_role_display()})"


class PersonField(PersonChoice):
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class SeatForm(forms.Form):
    """Who gets which role on one's own side, mirrored by whom."""

    person = PersonField(label=_("Person"), queryset=Person.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    counterpart = CounterpartField(
        label=_("Counterpart"), queryset=Seat.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, relationship: Relationship, side: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = queries.seatable_people(relationship, side)
        fields["counterpart"].queryset = queries.free_counterparts(relationship, side)


class ChangeSeatForm(forms.Form):
    """Title and counterpart of a seat."""

    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    counterpart = CounterpartField(
        label=_("Counterpart"), queryset=Seat.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, seat: Seat, side: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        free = queries.free_counterparts(seat.relationship, side, role=seat.role)
        own = Seat.objects.filter(pk=seat.counterpart_id or 0).select_related("person")
        fields["counterpart"].queryset = (free | own).distinct()
