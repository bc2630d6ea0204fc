"""Everything around one KPI that its verdicts rest on, in one question: what was told, spells, bands, rebase, reviews.

With a moment in the past it is what was believed then: rows that were written later are not seen, and those that were
superseded since are.
"""

from kpis.queries.around.around import Around, get_around
from kpis.queries.around.told import Attached, OpenReview, Signature, SignedSpell

__all__ = ["Around", "Attached", "OpenReview", "Signature", "SignedSpell", "get_around"]
