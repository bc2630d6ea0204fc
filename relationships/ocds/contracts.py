"""Awards, contracts and amendments of one process."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice

from django.utils.translation import gettext as _

from relationships.ocds.merge import Json, object_of, objects, text_of
from relationships.ocds.model import PublicAmendment, PublicContract, PublicDocument, Remark

MOST_VALUE = Decimal(10) ** 16
MOST_NOTES = 4000
MOST_REMARKS = 100  # of one process
MOST_OF_A_KIND = 200  # documents, amendments or work orders of one contract
KNOWN = {
    "id", "awardID", "title", "description", "status", "period", "value", "dateSigned", "documents", "items",
    "amendments", "amendment", "suppliers", "date", "datePublished", "contractPeriod", "relatedLots", "relatedProcesses",
    "hasSubcontracting",
}  # fmt: skip


class Reader:
    """Reads the parts of one process and collects remarks about what it could not make sense of."""

    def __init__(self, ocid: str) -> None:
        self.ocid = ocid
        self.remarks: list[Remark] = []
        self._said: set[str] = set()

    def remark(self, text: str, *, about_parties: bool = False) -> None:
        """Notes something for the report, once."""
        if len(self.remarks) < MOST_REMARKS and text not in self._said:
            self._said.add(text)
            self.remarks.append(Remark(self.ocid, text, about_parties))

    def first(self, given: list[Json]) -> list[Json]:
        """At most so many of one kind, with a remark about the rest."""
        if len(given) > MOST_OF_A_KIND:
            self.remark(_("Of a list of %(all)d only the first %(most)d were read.")
                        % {"all": len(given), "most": MOST_OF_A_KIND})  # fmt: skip
        return given[:MOST_OF_A_KIND]

    def master(self, award: Json, contracts: list[Json], *, title: str) -> PublicContract:
        """The top of a tree: the only contract itself, else the award with its contracts as work orders."""
        if len(contracts) == 1:
            return self.contract(contracts[0], award, title=title)
        orders = tuple(self.contract(contract, {}, title=title) for contract in self.first(contracts))
        top = self.contract(award, {}, title=title)
        return PublicContract(**{**vars(top), "work_orders": orders})

    def contract(self, given: Json, award: Json, *, title: str) -> PublicContract:
        """A contract, completed by the award under it where it says nothing itself."""
        for key in islice((name for name in given if name not in KNOWN), MOST_REMARKS):
            facts = {"part": text_of(key)[:60], "contract": text_of(given.get("id"))[:60]}
            self.remark(_("“%(part)s” of contract %(contract)s was left out.") % facts)
        period = object_of(given.get("period")) or object_of(given.get("contractPeriod"))
        period = period or object_of(award.get("contractPeriod"))
        value, currency = self.money(object_of(given.get("value")) or object_of(award.get("value")))
        starts, ends = self.day(period.get("startDate")), self.day(period.get("endDate"))
        if starts and ends and starts > ends:
            self.remark(
                _("The period from %(starts)s to %(ends)s ends before it starts; its end was left out.")
                % {"starts": starts, "ends": ends}
            )
            ends = None
        return PublicContract(
            reference=text_of(given.get("id"))[:200],
            title=(text_of(given.get("title")) or text_of(award.get("title")) or title)[:300],
            value=value,
            currency=currency,
            signed_on=self.day(given.get("dateSigned"))
            or self.day(given.get("date"))
            or self.day(award.get("date")),
            starts_on=starts,
            ends_on=ends,
            notes=text_of(given.get("description") or award.get("description"))[:MOST_NOTES],
            documents=self.documents([*objects(award.get("documents")), *objects(given.get("documents"))]),
            amendments=self.amendments(given, title=title),
            award=(text_of(given.get("awardID")) or text_of(award.get("id")))[:200],
        )

    def amendments(self, given: Json, *, title: str) -> tuple[PublicAmendment, ...]:
        """The amendments, also the single one of OCDS 1.0."""
        old = object_of(given.get("amendment"))
        every = [*objects(given.get("amendments")), *([old] if old else [])]
        name = text_of(given.get("title")) or title
        return tuple(
            PublicAmendment(
                title=(
                    text_of(item.get("description"))
                    or _("Amendment %(number)d: %(name)s") % {"number": number, "name": name}
                )[:300],
                reference=text_of(item.get("id"))[:200],
                signed_on=self.day(item.get("date")),
                notes=text_of(item.get("rationale"))[:MOST_NOTES],
            )
            for number, item in enumerate(self.first(every), start=1)
        )

    def documents(self, given: list[Json]) -> tuple[PublicDocument, ...]:
        """Documents with a web address; others are remarked."""
        taken: dict[str, PublicDocument] = {}
        for item in self.first(given):
            url = text_of(item.get("url"))
            if not re.match(r"https?://[^\s]+$", url) or len(url) > 1000:
                self.remark(
                    _("Document %(id)s has no web address and was left out.")
                    % {"id": text_of(item.get("id"))[:60]}
                )
                continue
            name = text_of(item.get("title")) or text_of(item.get("description")) or url
            taken.setdefault(url, PublicDocument(name[:300], url))
        return tuple(taken.values())

    def money(self, given: Json) -> tuple[Decimal | None, str]:
        """Amount and currency; (None, "GBP") with a remark for what is no amount."""
        currency = text_of(given.get("currency")).upper() or "GBP"
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self.remark(_("“%(text)s” is no currency; GBP was taken.") % {"text": currency[:20]})
            currency = "GBP"
        if given.get("amount") is None:
            return None, currency
        try:
            amount = Decimal(str(given["amount"])[:60]).quantize(Decimal("0.01"))
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or not 0 <= amount < MOST_VALUE:
            self.remark(
                _("The value “%(text)s” makes no sense and was left out.")
                % {"text": text_of(given["amount"])[:40]}
            )
            return None, currency
        return amount, currency

    def day(self, given: object) -> date | None:
        """The calendar day as printed, whatever its time zone; None with a remark for what is no date."""
        if given is None or given == "":
            return None
        try:
            return datetime.fromisoformat(text_of(given)).date()
        except ValueError:
            self.remark(_("“%(text)s” is no date and was left out.") % {"text": text_of(given)[:40]})
            return None
