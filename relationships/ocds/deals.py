"""Who bought what from whom within one process."""

from typing import Final

from django.utils.translation import gettext as _

from relationships.ocds.contracts import Reader
from relationships.ocds.merge import Json, object_of, objects, text_of
from relationships.ocds.model import Deal, Party, PublicContract

SETTLED_WITHOUT_CONTRACT: Final = {"cancelled", "unsuccessful", "pending"}
MOST_PAIRS: Final = (
    1_000  # of a supplier with a contract: a framework may have hundreds, a hostile file millions
)


def buyer_of(release: Json) -> Party | None:
    """The buyer, else the party that has bought or procured; None when nobody is named."""
    named = _party(object_of(release.get("buyer")))
    if named is not None:
        return named
    for role in ("buyer", "procuringEntity"):
        for party in objects(release.get("parties")):
            if has_role(party, role):
                return _party(party)
    return None


def deals_of(release: Json, reader: Reader, *, title: str) -> tuple[list[Deal], list[PublicContract]]:
    """Contracts by supplier, and those that name none.

    Contracts under an award go to its suppliers, others to the parties called supplier.
    """
    parties = _named([party for party in objects(release.get("parties")) if has_role(party, "supplier")])
    found: dict[str, tuple[Party, list[PublicContract]]] = {}
    unplaced: list[PublicContract] = []
    pairs = 0
    for key, (award, contracts) in _by_award(release).items():
        given = objects(award.get("suppliers"))
        suppliers = _named(given) if given else parties
        pairs += max(1, len(suppliers))
        if pairs > MOST_PAIRS:
            reader.remark(
                _("It has more than %(most)d contracts; the rest was left out.") % {"most": MOST_PAIRS}
            )
            break
        status = text_of(award.get("status"))
        if status in SETTLED_WITHOUT_CONTRACT:
            reader.remark(_("Award %(award)s is %(status)s and was left out.")
                          % {"award": key[:60], "status": status})  # fmt: skip
            continue
        top = reader.master(award, contracts, title=title)
        if not suppliers:
            reader.remark(
                _("Award %(award)s names no supplier.") % {"award": key[:60] or "–"}, about_parties=True
            )
            unplaced.append(top)
        for identifier, supplier in suppliers.items():
            found.setdefault(identifier, (supplier, []))[1].append(top)
    return [Deal(supplier, tuple(contracts)) for supplier, contracts in found.values()], unplaced


def _by_award(release: Json) -> dict[str, tuple[Json, list[Json]]]:
    """Each award with the contracts under it; contracts of an award that is not there stand under an empty one."""
    grouped: dict[str, tuple[Json, list[Json]]] = {
        text_of(award.get("id")): (award, []) for award in objects(release.get("awards"))
    }
    for contract in objects(release.get("contracts")):
        grouped.setdefault(text_of(contract.get("awardID")), ({}, []))[1].append(contract)
    return grouped


def _named(given: list[Json]) -> dict[str, Party]:
    """Parties that have a name, each once, by identifier or name."""
    parties = [party for party in map(_party, given) if party is not None]
    return {party.identifier or party.name: party for party in parties}


def _party(given: Json) -> Party | None:
    name = text_of(given.get("name")) or text_of(object_of(given.get("identifier")).get("legalName"))
    return Party(name[:200], text_of(given.get("id"))[:200]) if name else None


def has_role(party: Json, role: str) -> bool:
    """Whether a party of the package has a role; roles may be a list, a word or nonsense."""
    roles = party.get("roles")
    return role in roles if isinstance(roles, list) else roles == role
