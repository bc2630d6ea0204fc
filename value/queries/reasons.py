"""Why a score is withheld, in a sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from value.domain.score import Cause


def reason_of(parts: Mapping[str, Any]) -> str:
    """One sentence for each side whose evidence does not suffice; empty for a score."""
    return " ".join(_sentence(withheld, parts) for withheld in parts["withheld"])


def _sentence(withheld: Mapping[str, str], parts: Mapping[str, Any]) -> str:
    is_customer = withheld["side"] == "CUSTOMER"
    side = _("Customer") if is_customer else _("Provider")
    match withheld["cause"]:
        case Cause.NOTHING_MEASURED:
            return _("%(side)s: nothing is measured yet.") % {"side": side}
        case Cause.NO_EVIDENCE:
            return _("%(side)s: no period was judged yet.") % {"side": side}
    share = parts["sides"][withheld["side"]]["coverage"]
    needed = float(parts["terms"]["evidence_threshold"])
    return _("%(side)s: %(share)s %% of the expected evidence is there, %(needed)s %% is agreed.") % {
        "side": side,
        "share": _percent(share),
        "needed": _percent(needed),
    }


def _percent(share: float) -> str:
    # Never rounded up: 59.96 % of 60 % must not read as 60.0 %.
    return f"{int(share * 1000 + 1e-9) / 10:.1f}"
