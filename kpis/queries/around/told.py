"""What the one question about a KPI's surroundings answers, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kpis.domain.bands import Band
from kpis.domain.periods import Period
from kpis.models import BandRevision, Flexing, FlexRule, Kpi, Rebase, Review, Spell
from kpis.queries.room import SIX

SIDES = ("customer", "provider")
OF_RULE = ("pk", "band_revision_id", "environment_id", "kind", "priority", "driver_id")
OF_DRIVER = ("baseline", "slope", "deadband", "cap")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who turned a side's key, and when."""

    side: str
    person: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedSpell:
    """Days in which an environment held, and who signed that it did. `is_superseded`: another took its place since."""

    pk: int
    environment_id: int
    environment: str
    first_day: date
    last_day: date | None
    origin: str
    reason: str
    agreement_id: int
    signatures: tuple[Signature, ...]
    is_superseded: bool

    @property
    def origin_word(self) -> str:
        return str(Spell.Origin(self.origin).label)


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A joint look at the KPI that waits for a choice."""

    pk: int
    cause: str

    @property
    def word(self) -> str:
        return str(Review.Cause(self.cause).label)


@dataclass(frozen=True, slots=True)
class Work:
    """Readings of the relationship that are still being judged anew, and how far it is."""

    pk: int
    periods_done: int
    periods_total: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that supports a reading."""

    pk: int
    name: str
    size: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A reading, standing or past, as far as room and signals need it."""

    period: Period
    value: Decimal | None
    state: str
    is_not_applicable: bool
    verdict: int | None
    band_revision_id: int | None
    moved: Band | None


def row_of(row: Mapping[str, Any], moved: Band | None = None) -> Row:
    """A reading."""
    if moved is None and row.get("floor") is not None:
        moved = Band(*(number_of(row[name]) for name in SIX))  # type: ignore[arg-type]
    return Row(
        Period(date.fromisoformat(row["first"]), date.fromisoformat(row["last"])),
        number_of(row["value"]),
        row["state"],
        row["is_not_applicable"],
        row["verdict"],
        row["band"],
        moved,
    )


def past_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Row]:
    """Past versions by the first day of their period, with the bands that had judged them."""
    wanted = [row["flexing"] for row in rows if row["flexing"] is not None]
    records = Flexing.objects.in_bulk(wanted) if wanted else {}
    found = {}
    for row in rows:
        record = records.get(row["flexing"])
        found[row["first"]] = row_of(
            row, None if record is None else Band(*(getattr(record, name) for name in SIX))
        )
    return found


def revision_of(kpi: Kpi, row: Mapping[str, Any]) -> BandRevision:
    """An agreed band."""
    return BandRevision(
        pk=row["pk"],
        relationship_id=kpi.relationship_id,
        kpi=kpi,
        agreement_id=row["agreement_id"],
        effective_from=date.fromisoformat(row["effective_from"]),
        **{name: number_of(row[name]) for name in (*SIX, "allowance", "max_earned")},
    )


def rules_of(kpi: Kpi, rows: Sequence[Mapping[str, Any]]) -> dict[int, list[FlexRule]]:
    """Flex rules by the band they belong to."""
    found: dict[int, list[FlexRule]] = {}
    for row in rows:
        numbers = {name: number_of(row[name]) for name in (*SIX, *OF_DRIVER)}
        plain = {name: row[name] for name in OF_RULE}
        rule = FlexRule(relationship_id=kpi.relationship_id, **plain, **numbers)
        found.setdefault(rule.band_revision_id, []).append(rule)
    return found


def rebase_of(kpi: Kpi, row: Mapping[str, Any]) -> Rebase:
    """An agreed rebase."""
    return Rebase(
        pk=row["pk"],
        kpi=kpi,
        agreement_id=row["agreement_id"],
        from_period=date.fromisoformat(row["from_period"]),
        reason=row["reason"],
    )


def spell_of(row: Mapping[str, Any]) -> SignedSpell:
    """A spell with who signed it."""
    signatures = [
        Signature(side.upper(), row[f"{side}_name"] or "", moment_of(row[f"{side}_at"])) for side in SIDES
    ]
    return SignedSpell(
        row["pk"],
        row["environment_id"],
        row["name"],
        date.fromisoformat(row["first_day"]),
        date.fromisoformat(row["last_day"]) if row["last_day"] else None,
        row["origin"],
        row["reason"],
        row["agreement_id"],
        tuple(signatures),
        row["superseded_at"] is not None,
    )


def file_of(row: Mapping[str, Any]) -> Attached:
    """A file."""
    added_at = datetime.fromisoformat(row["added_at"])
    return Attached(row["pk"], row["name"], row["size"], row["added_by"] or "", added_at)


def number_of(text: str | None) -> Decimal | None:
    """A number that was sent as text."""
    return None if text is None else Decimal(text)


def moment_of(text: str | None) -> datetime | None:
    """A moment."""
    return None if text is None else datetime.fromisoformat(text)
