"""From a package's text to processes, with a remark for everything that was not understood."""

import json
from typing import Any

from relationships.ocds.contracts import Reader
from relationships.ocds.merge import Json, compile_releases, object_of, objects, text_of
from relationships.ocds.model import Deal, NotOcds, Party, Process, PublicContract

SETTLED_WITHOUT_CONTRACT = {"cancelled", "unsuccessful", "pending"}
# Sections of a release that say nothing about the relationship that results, or that have no place here yet.
KNOWN = {
    "ocid", "id", "date", "tag", "language", "initiationType", "parties", "buyer", "tender", "awards",
    "contracts", "uri", "links", "title", "description",
}  # fmt: skip


def parse_package(content: bytes) -> list[Process]:
    """The processes of a release package or record package, in the order of the file. Raises NotOcds."""
    try:
        package = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotOcds("no JSON") from error
    return [parse_release(release) for release in _compiled(package)]


def _compiled(package: Any) -> list[Json]:
    if not isinstance(package, dict) or not ({"releases", "records"} & set(package)):
        raise NotOcds("no package")
    by_ocid: dict[str, list[Json]] = {}
    for release in objects(package.get("releases")):
        by_ocid.setdefault(text_of(release.get("ocid")), []).append(release)
    compiled = [compile_releases(releases) for releases in by_ocid.values()]
    for record in objects(package.get("records")):
        whole = object_of(record.get("compiledRelease"))
        compiled.append(
            whole or compile_releases(objects(record.get("releases"))) | {"ocid": record.get("ocid")}
        )
    return compiled


def parse_release(release: Json) -> Process:
    """One process out of its compiled release."""
    ocid = text_of(release.get("ocid"))
    reader = Reader(ocid)
    if not ocid:
        reader.remark("It has no ocid, so that a second import could not recognise it.")
    for section in sorted(set(release) - KNOWN):
        reader.remark(f"The section “{text_of(section)[:60]}” has no place here and was left out.")
    tender = object_of(release.get("tender"))
    buyer = _buyer(release)
    if buyer is None:
        reader.remark("It names no buyer.")
    deals = tuple(_deals(release, reader, title=text_of(tender.get("title")) or ocid))
    if not deals:
        reader.remark("No supplier has been awarded a contract, so that there is no relationship yet.")
    return Process(
        ocid=ocid,
        title=text_of(tender.get("title")) or _title_of(deals) or ocid,
        description=text_of(tender.get("description")),
        buyer=buyer,
        deals=deals,
        remarks=tuple(reader.remarks),
    )


def _title_of(deals: tuple[Deal, ...]) -> str:
    return deals[0].contracts[0].title if deals and deals[0].contracts else ""


def _party(given: Json) -> Party | None:
    name = text_of(given.get("name")) or text_of(object_of(given.get("identifier")).get("legalName"))
    return Party(name[:200], text_of(given.get("id"))[:200]) if name else None


def _buyer(release: Json) -> Party | None:
    named = _party(object_of(release.get("buyer")))
    if named is not None:
        return named
    for role in ("buyer", "procuringEntity"):
        for party in objects(release.get("parties")):
            if role in (party.get("roles") or []):
                return _party(party)
    return None


def _deals(release: Json, reader: Reader, *, title: str) -> list[Deal]:
    """Contracts by supplier: those under an award go to its suppliers, others to the parties called supplier."""
    awards = {text_of(award.get("id")): award for award in objects(release.get("awards"))}
    by_award: dict[str, list[Json]] = {key: [] for key in awards}
    for contract in objects(release.get("contracts")):
        by_award.setdefault(text_of(contract.get("awardID")), []).append(contract)
    found: dict[str, tuple[Party, list[PublicContract]]] = {}
    for key, contracts in by_award.items():
        award = awards.get(key, {})
        if text_of(award.get("status")) in SETTLED_WITHOUT_CONTRACT:
            reader.remark(f"Award {key} is {award['status']} and was left out.")
            continue
        top = reader.master(award, contracts, title=title)
        suppliers = _suppliers(award, release)
        if top is not None and not suppliers:
            reader.remark(f"Award {key or '(none)'} names no supplier.")
        for supplier in suppliers if top is not None else []:
            entry = found.setdefault(supplier.identifier or supplier.name, (supplier, []))
            entry[1].extend([top] if top is not None else [])
    return [Deal(supplier, tuple(contracts)) for supplier, contracts in found.values()]


def _suppliers(award: Json, release: Json) -> list[Party]:
    given = objects(award.get("suppliers")) or [
        party for party in objects(release.get("parties")) if "supplier" in (party.get("roles") or [])
    ]
    return [party for party in map(_party, given) if party is not None]
