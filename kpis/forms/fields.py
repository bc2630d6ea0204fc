"""Fields that several forms of this app share."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import dateformat
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Difference:
    """A field that two people wrote differently."""

    label: str
    theirs: str
    yours: str


def differences(form: forms.Form, stands: dict[str, Any]) -> list[Difference]:
    """Where what was typed differs from what `stands` now, in words that people read."""
    found = []
    for name, theirs in stands.items():
        if name not in form.fields or name == "version":
            continue
        field, yours = form.fields[name], form.cleaned_data.get(name)
        if _key(theirs) != _key(yours):
            found.append(Difference(str(field.label), _said(field, theirs), _said(field, yours)))
    return found


def _key(value: Any) -> Any:
    if value is None:
        return ""
    return getattr(value, "pk", value)


def _said(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(field, forms.DateField):
        return dateformat.format(value, "j M Y")
    if isinstance(field, forms.ModelChoiceField):
        offered = field.queryset
        row = value if hasattr(value, "pk") else offered and offered.filter(pk=value).first()
        return field.label_from_instance(row) if row else _("somebody or something that is not offered here")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)
