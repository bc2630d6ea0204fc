"""Everything that can be said about the columns of a file, whatever its layout."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.forms.columns.choices import LAYOUTS, MARKS, ORDERS, TESTS


class ColumnFields(forms.Form):
    """The questions; which of them matter depends on the layout."""

    layout = forms.ChoiceField(label=_("How the file is laid out"), choices=LAYOUTS, widget=forms.RadioSelect)
    period = forms.TypedChoiceField(
        label=_("Period"), required=False, coerce=int, empty_value=None,
        help_text=_("A day of the period, its name, or (in a log) the day of the event."),
    )  # fmt: skip
    fixed_period = forms.CharField(label=_("Or the same period for all rows"), required=False, max_length=40)
    kpi = forms.TypedChoiceField(
        label=_("KPI"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Its reference or its name."),
    )
    one_kpi = forms.TypedChoiceField(
        label=_("Or the same KPI for all rows"), required=False, coerce=int, empty_value=None
    )
    value = forms.TypedChoiceField(label=_("Value"), required=False, coerce=int, empty_value=None)
    numerator = forms.TypedChoiceField(label=_("Numerator"), required=False, coerce=int, empty_value=None)
    denominator = forms.TypedChoiceField(label=_("Denominator"), required=False, coerce=int, empty_value=None)
    not_applicable = forms.TypedChoiceField(
        label=_("Marks “not applicable”"), required=False, coerce=int, empty_value=None
    )
    note = forms.TypedChoiceField(label=_("Note"), required=False, coerce=int, empty_value=None)
    counted_kpi = forms.TypedChoiceField(
        label=_("KPI that is counted"), required=False, coerce=int, empty_value=None
    )
    holds = forms.TypedChoiceField(
        label=_("An event counts as met when"), required=False, coerce=int, empty_value=None
    )
    test = forms.ChoiceField(label=_("the cell"), required=False, choices=TESTS)
    threshold = forms.CharField(label=_("this number"), required=False, max_length=20)
    once_per = forms.TypedChoiceField(
        label=_("Name of the event"), required=False, coerce=int, empty_value=None,
        help_text=_("Of several rows with the same name only the last one counts."),
    )  # fmt: skip
    decimal_mark = forms.ChoiceField(label=_("Decimal mark"), choices=MARKS)
    date_order = forms.ChoiceField(label=_("Dates in figures"), choices=ORDERS)
    is_fraction = forms.BooleanField(label=_("Values are fractions: 0.95 means 95"), required=False)
