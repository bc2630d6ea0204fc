"""Comparing what is written down with what a newer release says.

A register's word counts where it says something new. What both sides have signed, what the contract said before
and no longer says, and what does not go together stays as it is, and is reported instead.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relationships.models import Contract
from relationships.ocds.model import PublicAmendment, PublicContract
from relationships.queries.register.differences import FIELDS, Comparison, Difference, Fact, Revision
from relationships.queries.register.matching import Matching
from relationships.queries.register.recorded import Recorded

AGREED = _("both sides have signed what is written down")
SAID_BEFORE = _("it said this before and was changed since")
BY_HAND = _("somebody wrote it by hand")
IMPOSSIBLE = _("it would end before it starts")


def compare(recorded: Recorded, given: Sequence[PublicContract], *, by_hand_stays: bool) -> Comparison:
    """What the register's contracts would change; `by_hand_stays` where nobody is there to look at it first."""
    matched = Matching(recorded)
    matched.recognise(given)
    revisions: list[Revision] = []
    new: list[PublicContract] = []
    for top in given:
        here = matched.found(top)
        standing = [(order, found) for order in top.work_orders if (found := matched.found(order))]
        absent = tuple(order for order in top.work_orders if matched.found(order) is None)
        takes_orders = here is not None and here.kind == Contract.Kind.MASTER
        if here is not None:
            below = absent if takes_orders else ()
            revisions.append(_revision(recorded, here, top, below, by_hand_stays=by_hand_stays))
        elif not standing:
            new.append(top)
            continue
        if not takes_orders:
            # What was taken over as the only contract of its award stands at the top: the others stand beside it.
            new += absent
        revisions += [
            _revision(recorded, found, order, (), by_hand_stays=by_hand_stays) for order, found in standing
        ]
    return Comparison(tuple(revisions), tuple(new))


def _revision(
    recorded: Recorded,
    contract: Contract,
    given: PublicContract,
    orders: tuple[PublicContract, ...],
    *,
    by_hand_stays: bool,
) -> Revision:
    differences = [
        _judged(recorded, difference, by_hand_stays=by_hand_stays)
        for difference in _differences(contract, given)
    ]
    differences = _possible(contract, differences)
    known = recorded.addresses.get(contract.pk, set())
    amendments = recorded.amendments_of(contract)
    return Revision(
        contract=contract,
        changes=tuple(one for one in differences if one.kept is None),
        kept=tuple(one for one in differences if one.kept is not None),
        documents=tuple(document for document in given.documents if document.url not in known),
        amendments=tuple(
            one for one in given.amendments if not any(_is_same(old, one) for old in amendments)
        ),
        work_orders=orders,
    )


def _differences(contract: Contract, given: PublicContract) -> list[Difference]:
    """Where the register says something, and something else; its silence takes nothing away."""
    found = []
    for name in FIELDS:
        before: Fact = getattr(contract, name)
        after: Fact = getattr(given, name)
        currencies = (contract.currency, given.currency) if name == "value" else ("", "")
        if after in (None, "") or (before == after and currencies[0] == currencies[1]):
            continue
        if name == "reference" and before != given.award:
            continue  # it is known under this one too; a new one is told only where a contract follows its award
        found.append(Difference(contract, name, before, after, *currencies))
    return found


def _judged(recorded: Recorded, difference: Difference, *, by_hand_stays: bool) -> Difference:
    key = (difference.contract.pk, difference.name)
    kept: Promise | None = None
    if recorded.agreed_at is not None and difference.contract.created_at <= recorded.agreed_at:
        kept = AGREED
    elif (*key, _written(difference)) in recorded.said:
        kept = SAID_BEFORE
    elif by_hand_stays and key in recorded.by_hand:
        kept = BY_HAND
    return _because(difference, kept)


def _written(difference: Difference) -> str:
    """The register's word in the way in which the audit trail writes it."""
    if isinstance(difference.after, Decimal):
        return f"{difference.after:.2f} {difference.after_currency}"
    return difference.after.isoformat() if isinstance(difference.after, date) else str(difference.after)


def _possible(contract: Contract, differences: list[Difference]) -> list[Difference]:
    """Keeps both days as they are where only one of them would move behind the other."""
    days: dict[str, Fact] = {"starts_on": contract.starts_on, "ends_on": contract.ends_on}
    days.update({one.name: one.after for one in differences if one.kept is None and one.name in days})
    starts, ends = days["starts_on"], days["ends_on"]
    if not isinstance(starts, date) or not isinstance(ends, date) or starts <= ends:
        return differences
    return [
        _because(one, IMPOSSIBLE) if one.name in days and one.kept is None else one for one in differences
    ]


def _because(difference: Difference, kept: Promise | None) -> Difference:
    return replace(difference, kept=kept)


def _is_same(here: Contract, given: PublicAmendment) -> bool:
    """By reference where both have one, else by day and words."""
    if here.reference and given.reference:
        return here.reference == given.reference
    same_day = here.signed_on == given.signed_on
    return same_day and (here.title == given.title or (bool(here.notes) and here.notes == given.notes))
