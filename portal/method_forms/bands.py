"""Judging a value, and what trust does to a tolerance."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from portal.method_forms.fields import BAND, BandCalculator, number, share


class VerdictForm(BandCalculator):
    """A band and a value."""

    example: ClassVar[Mapping[str, Any]] = {**BAND, "value": Decimal(76)}
    value = number(_("Value"))


class EarnedForm(BandCalculator):
    """A band, what can be earned at most, and both sides' trust."""

    example: ClassVar[Mapping[str, Any]] = {
        **BAND,
        "max_earned": Decimal("0.5"),
        "trust_customer": Decimal("0.8"),
        "trust_provider": Decimal("0.6"),
        "value": Decimal(68),
    }
    max_earned = share(
        _("Earned room at full trust"), "0", "1", places=3, help_text=_("A share: 0.5 is 50 %.")
    )
    trust_customer = share(
        _("Trust index of the customer"),
        "0",
        "1",
        places=6,
        required=False,
        help_text=_("0 to 1; empty: none yet."),
    )
    trust_provider = share(
        _("Trust index of the provider"),
        "0",
        "1",
        places=6,
        required=False,
        help_text=_("0 to 1; empty: none yet."),
    )
    value = number(_("Value"), required=False)
