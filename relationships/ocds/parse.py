"""From the text of packages to processes, with a remark for everything that was not understood.

What is read is hostile until proved otherwise: the text may be huge, deeply nested, of wrong types, or say one
process a thousand times. Limits are checked before and right after the text becomes objects.
"""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from relationships.ocds.contracts import MOST_NOTES, MOST_REMARKS, Reader
from relationships.ocds.deals import buyer_of, deals_of
from relationships.ocds.merge import Json, compile_releases, object_of, objects, text_of
from relationships.ocds.model import Deal, NotOcds, Process

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PARTS: Final = 500_000  # braces, brackets and commas: a bound on the objects that the text becomes
MOST_PROCESSES: Final = 5_000
DEEPEST: Final = 50
LONGEST_OCID: Final = 150
LONGEST_TITLE: Final = 300
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
    if len(by_process) > MOST_PROCESSES:
        raise NotOcds(_("The file has too many parts. Split it into smaller packages."))
    return [parse_release(compile_releases(releases)) for releases in by_process.values()]


def _package(content: bytes) -> Json:
    if len(content) > MOST_BYTES:
        raise NotOcds(_("The file is larger than 10 MB. Split it into smaller packages."))
    if sum(map(content.count, (b"{", b"[", b","))) > MOST_PARTS:
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


def parse_release(release: Json) -> Process:
    """One process out of its compiled release."""
    ocid = text_of(release.get("ocid"))[:LONGEST_OCID]
    reader = Reader(ocid)
    if not ocid:
        reader.remark(_("It has no ocid, so that a second import could not recognise it."))
    for section in islice((name for name in release if name not in KNOWN), MOST_REMARKS):
        reader.remark(
            _("The section “%(name)s” has no place here and was left out.") % {"name": text_of(section)[:60]}
        )
    tender = object_of(release.get("tender"))
    title = text_of(tender.get("title"))[:LONGEST_TITLE]
    buyer = buyer_of(release)
    if buyer is None:
        reader.remark(_("It names no buyer."), about_parties=True)
    deals, unplaced = deals_of(release, reader, title=title or ocid)
    if not deals:
        reader.remark(
            _("No supplier has been awarded a contract, so that there is no relationship yet."),
            about_parties=True,
        )
    return Process(
        ocid=ocid,
        title=title or _title_of(deals) or ocid,
        description=text_of(tender.get("description"))[:MOST_NOTES],
        buyer=buyer,
        deals=tuple(deals),
        remarks=tuple(reader.remarks),
        unplaced=tuple(unplaced),
    )


def _title_of(deals: list[Deal]) -> str:
    return deals[0].contracts[0].title if deals and deals[0].contracts else ""
