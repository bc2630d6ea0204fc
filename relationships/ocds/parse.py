"""From the text of packages to processes, with a remark for everything that was not understood.

What is read is hostile until proved otherwise: the text may be huge, deeply nested, of wrong types, or say one
process a thousand times. Limits are checked before and right after the text becomes objects.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from relationships.ocds.contracts import Reader
from relationships.ocds.merge import Json, compile_releases, object_of, objects, text_of
from relationships.ocds.model import Deal, NotOcds, Party, Process, PublicContract

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PARTS: Final = (
    300_000  # objects and lists: a bound on memory, since each costs far more than its two letters
)
DEEPEST: Final = 50
MOST_RELEASES: Final = 50  # of one process; the newest are read
SETTLED_WITHOUT_CONTRACT = {"cancelled", "unsuccessful", "pending"}
# Sections of a release that say nothing about the relationship that results, or that have no place here yet.
KNOWN = {
    "ocid", "id", "date", "tag", "language", "initiationType", "parties", "buyer", "tender", "awards",
    "contracts", "uri", "links", "title", "description",
}  # fmt: skip


def parse_package(content: bytes) -> list[Process]:
    """The processes of a release package or record package, in the order of the file. Raises NotOcds."""
    return parse_packages([content])


def parse_packages(contents: Sequence[bytes]) -> list[Process]:
    """The processes of several packages; releases of one process are read as one, wherever they stand.

    Raises NotOcds.
    """
    by_process: dict[str, list[Json]] = {}
    for content in contents:
        for release in _releases(_package(content)):
            # Without an ocid nothing says which process it belongs to: each stands for itself.
            key = text_of(release.get("ocid")) or f"#{len(by_process)}"
            by_process.setdefault(key, []).append(release)
    return [_parse_releases(releases) for releases in by_process.values()]


def _package(content: bytes) -> Json:
    if len(content) > MOST_BYTES:
        raise NotOcds(_("The file is larger than 10 MB. Split it into smaller packages."))
    if content.count(b"{") + content.count(b"[") > MOST_PARTS:
        raise NotOcds(_("The file has too many parts. Split it into smaller packages."))
    try:
        package = json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise NotOcds(_("The file is nested too deeply to be a package of contracts.")) from error
    except (UnicodeDecodeError, ValueError) as error:
        raise NotOcds(_("The file is no JSON, or is cut off.")) from error
    _check_depth(package)
    if not isinstance(package, dict) or not ({"releases", "records"} & set(package)):
        raise NotOcds(_("This is JSON, but neither a release package nor a record package of OCDS."))
    return package


def _check_depth(package: Any) -> None:
    level = [package]
    for _depth in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return
    raise NotOcds(_("The file is nested too deeply to be a package of contracts."))


def _parts(whole: Any) -> list[Any]:
    """The objects and lists inside an object or list."""
    inside = whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
    return [part for part in inside if isinstance(part, dict | list)]


def _releases(package: Json) -> list[Json]:
    found = objects(package.get("releases"))
    for record in objects(package.get("records")):
        whole = object_of(record.get("compiledRelease"))
        for release in [whole] if whole else objects(record.get("releases")):
            found.append({"ocid": record.get("ocid"), **release})
    return found


def _parse_releases(releases: list[Json]) -> Process:
    newest = sorted(releases, key=lambda release: text_of(release.get("date")))[-MOST_RELEASES:]
    return parse_release(compile_releases(newest), left_out=len(releases) - len(newest))


def parse_release(release: Json, *, left_out: int = 0) -> Process:
    """One process out of its compiled release; `left_out` releases of it were too many to read."""
    ocid = text_of(release.get("ocid"))[:150]
    reader = Reader(ocid)
    if left_out:
        reader.remark(
            _("Only the newest %(read)d of its %(all)d releases were read.")
            % {"read": MOST_RELEASES, "all": MOST_RELEASES + left_out}
        )
    if not ocid:
        reader.remark(_("It has no ocid, so that a second import could not recognise it."))
    for section in sorted(set(release) - KNOWN):
        reader.remark(
            _("The section “%(name)s” has no place here and was left out.") % {"name": text_of(section)[:60]}
        )
    tender = object_of(release.get("tender"))
    buyer = _buyer(release)
    if buyer is None:
        reader.remark(_("It names no buyer."))
    deals = tuple(_deals(release, reader, title=text_of(tender.get("title")) or ocid))
    if not deals:
        reader.remark(_("No supplier has been awarded a contract, so that there is no relationship yet."))
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


def has_role(party: Json, role: str) -> bool:
    """Whether a party of the package has a role; roles may be a list, a word or nonsense."""
    roles = party.get("roles")
    return role in roles if isinstance(roles, list) else roles == role


def _buyer(release: Json) -> Party | None:
    named = _party(object_of(release.get("buyer")))
    if named is not None:
        return named
    for role in ("buyer", "procuringEntity"):
        for party in objects(release.get("parties")):
            if has_role(party, role):
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
            facts = {"award": key[:60], "status": text_of(award.get("status"))[:60]}
            reader.remark(_("Award %(award)s is %(status)s and was left out.") % facts)
            continue
        top = reader.master(award, contracts, title=title)
        suppliers = _suppliers(award, release)
        if top is not None and not suppliers:
            reader.remark(_("Award %(award)s names no supplier.") % {"award": key[:60] or "–"})
        for supplier in suppliers if top is not None else []:
            entry = found.setdefault(supplier.identifier or supplier.name, (supplier, []))
            entry[1].extend([top] if top is not None else [])
    return [Deal(supplier, tuple(contracts)) for supplier, contracts in found.values()]


def _suppliers(award: Json, release: Json) -> list[Party]:
    given = objects(award.get("suppliers")) or [
        party for party in objects(release.get("parties")) if has_role(party, "supplier")
    ]
    return [party for party in map(_party, given) if party is not None]
