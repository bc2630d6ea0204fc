"""Taking over relationships from public contracting data, and bringing them up to newer data.

Two doors lead here. Somebody of a party takes over what their own organisation bought or supplied: the
relationship is then founded for their side alone, and the other organisation is invited like any other. The
operator of the portal takes over everything: both organisations are then named as the public register names them.
"""

from relationships.actions.public_contracts.founding import Provenance, import_own_deal, import_public_deal
from relationships.actions.public_contracts.refusals import IsHereAlready, NotAParty, SameOrganisationTwice
from relationships.actions.public_contracts.updating import update_from_register

__all__ = [
    "IsHereAlready",
    "NotAParty",
    "Provenance",
    "SameOrganisationTwice",
    "import_own_deal",
    "import_public_deal",
    "update_from_register",
]
