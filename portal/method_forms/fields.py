"""What the calculators' forms share: numbers, shares, a column of numbers, a band."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.models import Kpi

MOST_NUMBERS: Final = 1000
LARGEST: Final = Decimal(10) ** 12
SEPARATORS: Final = re.compile(r"[\s;]+")
NOTHING: Final = frozenset({"-", "\u2013", "n/a"})


def number(label: Any, *, required: bool = True, help_text: Any = "", **bounds: Any) -> forms.DecimalField:
    """A number as readings and thresholds are: up to 18 digits, six of them after the point."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=18,
        decimal_places=6,
        localize=False,
        widget=widget,
        help_text=help_text,
        **bounds,
    )


def share(label: Any, lowest: str, highest: str, *, places: int = 2, **more: Any) -> forms.DecimalField:
    """A number between two bounds."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        min_value=Decimal(lowest),
        max_value=Decimal(highest),
        decimal_places=places,
        widget=widget,
        **more,
    )


def count(label: Any, lowest: int, highest: int, **more: Any) -> forms.IntegerField:
    """A whole number between two bounds."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=lowest, max_value=highest, widget=widget, **more)


class NumbersField(forms.CharField):
    """A column of numbers as it comes out of a spreadsheet; with `gaps` a dash stands for a period without value.

    Numbers are separated by line breaks, spaces, tabs or semicolons; where nothing but commas stands between them,
    by commas. A decimal has a point.
    """

    def __init__(self, *, gaps: bool = False, **options: Any) -> None:
        self.gaps = gaps
        widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"})
        super().__init__(max_length=30_000, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.numbers(text)

    def numbers(self, text: str) -> list[Decimal | None]:
        """The numbers of a text, in its order. Raises ValidationError, naming the first that is none."""
        by_comma = bool(re.fullmatch(r"[^\s;]+|[^;\n\t]*,\s*[^;\n\t]*", text)) and "," in text
        words = [
            word.strip().rstrip(",") for word in (text.split(",") if by_comma else SEPARATORS.split(text))
        ]
        words = [word for word in words if word]
        if len(words) > MOST_NUMBERS:
            raise forms.ValidationError(
                _("At most %(most)d numbers; these are %(count)d.")
                % {"most": MOST_NUMBERS, "count": len(words)}
            )
        return [self._number(place, word) for place, word in enumerate(words, start=1)]

    def _number(self, place: int, word: str) -> Decimal | None:
        if self.gaps and word.lower() in NOTHING:
            return None
        named = {"place": place, "word": word[:30]}
        try:
            found = Decimal(word.replace("\u2212", "-"))
        except InvalidOperation:
            hint = _("Number %(place)d, “%(word)s”, is none. Write decimals with a point.")
            raise forms.ValidationError(hint % named) from None
        if not found.is_finite() or abs(found) >= LARGEST or _places(found) > 6:
            hint = _("Number %(place)d, “%(word)s”, is too long: twelve digits, and six after the point.")
            raise forms.ValidationError(hint % named)
        return found


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


class Calculator(forms.Form):
    """A form whose values are computed with, and which knows what it shows before anything is asked."""

    example: ClassVar[Mapping[str, Any]] = {}

    def asked(self) -> Mapping[str, Any]:
        """The cleaned values as the arithmetic wants them."""
        return self.cleaned_data

    def refuse(self, field: str, message: str) -> None:
        """Says at its field why nothing can be computed."""
        self.add_error(field if field in self.fields else None, message)


class BandCalculator(Calculator):
    """A direction and the thresholds of a band."""

    polarity = forms.ChoiceField(label=gettext_lazy("Direction"), choices=Kpi.Polarity.choices)
    floor = number(gettext_lazy("Floor"))
    tolerance = number(gettext_lazy("Tolerance"))
    target = number(gettext_lazy("Target"))
    upper_target = number(gettext_lazy("Upper target"), required=False)
    upper_tolerance = number(gettext_lazy("Upper tolerance"), required=False)
    upper_floor = number(gettext_lazy("Upper floor"), required=False)

    @property
    def lower_half(self) -> list[forms.BoundField]:
        """Direction and three thresholds."""
        return [self[name] for name in ("polarity", "floor", "tolerance", "target")]

    @property
    def upper_half(self) -> list[forms.BoundField]:
        """The thresholds above a range."""
        return [self[name] for name in ("upper_target", "upper_tolerance", "upper_floor")]

    @property
    def has_upper_half(self) -> bool:
        """Whether the thresholds above a range are asked for."""
        return self.is_bound and self.data.get(self.add_prefix("polarity")) == Kpi.Polarity.WITHIN_RANGE


# The band all examples share.
BAND: Final[Mapping[str, Any]] = {
    "polarity": "HIGHER",
    "floor": Decimal(60),
    "tolerance": Decimal(70),
    "target": Decimal(80),
}
