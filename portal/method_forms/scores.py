"""The shared value of two sides."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from portal.method_forms.fields import Calculator, share


class ScoreForm(Calculator):
    """Attainments in per cent, and the terms."""

    example: ClassVar[Mapping[str, Any]] = {
        "outcomes": Decimal(85),
        "by_provider": Decimal(92),
        "by_customer": Decimal(60),
        "walkaway_customer": Decimal("0.20"),
        "walkaway_provider": Decimal("0.20"),
        "alpha": Decimal("0.50"),
    }
    outcomes = share(_("Joint KPIs, % of full attainment"), "0", "100")
    by_provider = share(_("What the provider performs, %"), "0", "100")
    by_customer = share(_("What the customer performs, %"), "0", "100")
    walkaway_customer = share(_("Walk-away of the customer"), "0", "0.99")
    walkaway_provider = share(_("Walk-away of the provider"), "0", "0.99")
    alpha = share(_("Customer's share of the exponent"), "0.01", "0.99")
