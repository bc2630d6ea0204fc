"""All relationships one may read with what each side has of them: rows, totals, a map, and what moved most.

Three questions to the database, whatever the number of relationships. "Us" is the viewer's organisation, on
whichever side it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Count, DecimalField, F, Func, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Abs, Coalesce, Lower

from relationships import queries
from relationships.access import Viewer
from relationships.models import Relationship, Stage

PER_PAGE: Final = 50
MOST_MOVERS: Final = 6
CELLS: Final = 25
# One side has at least so many points more of the partnership than the other.
LOPSIDED_FROM: Final = 20
FIGURE: Final = DecimalField(max_digits=7, decimal_places=4)
SORTS: Final[dict[str, Any]] = {
    "name": Lower("name"),
    "counterparty": Lower("counterparty"),
    "stage": F("stage"),
    "value": F("standing__shared_value"),
    "us": F("to_us"),
    "them": F("to_them"),
    "imbalance": F("standing__hidden_imbalance"),
    "change": F("change"),
}
DEFAULT_SORT: Final = "value"
LOPSIDED: Final = Q(gap__gte=LOPSIDED_FROM)
STATES: Final = {
    "scored": Q(standing__state="SCORED"),
    "withheld": Q(standing__state="WITHHELD"),
    "unscored": Q(standing__isnull=True),
    "lopsided": LOPSIDED,
}


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see; anything unknown asks for everything in the usual order."""

    words: str = ""
    stage: str = ""
    state: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def of(cls, given: Any) -> "Asked":
        """From the parameters of an address."""
        stage, state, sort = given.get("stage", ""), given.get("state", ""), given.get("sort", "")
        return cls(
            " ".join(given.get("q", "").replace("\x00", "").split())[:200],
            stage if stage in Stage.values else "",
            state if state in STATES else "",
            sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether less than everything is asked for."""
        return bool(self.words or self.stage or self.state)


@dataclass(frozen=True)
class Cell:
    """A square of the map with how many relationships lie in it; column and row count from 0 at the origin."""

    column: int
    row: int
    count: int


@dataclass(frozen=True)
class Totals:
    """How many relationships, and how they stand."""

    relationships: int = 0
    scored: int = 0
    withheld: int = 0
    lopsided: int = 0
    mean: Decimal | None = None
    cells: Sequence[Cell] = field(default_factory=tuple)

    @property
    def unscored(self) -> int:
        """Those that never had a score."""
        return self.relationships - self.scored - self.withheld


def portfolio_rows(viewer: Viewer, asked: Asked) -> QuerySet[Any]:
    """Readable relationships with standing, both parties and the figures as the viewer's side sees them."""
    rows = _figures(viewer).filter(_filter(asked)).select_related("customer", "provider", "standing")
    return rows.order_by(*_order(asked))


def portfolio_page(viewer: Viewer, asked: Asked, first: int, last: int) -> list[Any]:
    """The rows from `first` to before `last`, in one query that sorts nothing but numbers: only what is shown is fetched."""
    shown = _figures(viewer).filter(_filter(asked)).order_by(*_order(asked)).values("pk")[first:last]
    rows = _figures(viewer).filter(pk__in=shown).select_related("customer", "provider", "standing")
    return list(rows.order_by(*_order(asked)))


def _order(asked: Asked) -> tuple[Any, str]:
    by = SORTS[asked.sort.removeprefix("-")]
    backwards = asked.sort.startswith("-")
    return (by.desc(nulls_last=True) if backwards else by.asc(nulls_last=True)), "pk"


def portfolio_totals(viewer: Viewer, asked: Asked) -> Totals:
    """Counts in words and the density of the map, in one grouped query."""
    groups = (
        _figures(viewer)
        .filter(_filter(asked))
        .order_by()
        .values("standing__state", column=_bucket("value_customer"), row=_bucket("value_provider"))
        .annotate(
            count=Count("pk"),
            lopsided=Count("pk", filter=LOPSIDED),
            together=Sum("standing__shared_value"),
        )
    )
    counts = {"SCORED": 0, "WITHHELD": 0, None: 0}
    lopsided, together, cells = 0, Decimal(0), []
    for group in groups:
        counts[group["standing__state"]] += group["count"]
        lopsided += group["lopsided"]
        together += group["together"] or 0
        if group["standing__state"] == "SCORED":
            cells.append(Cell(group["column"], group["row"], group["count"]))
    scored = counts["SCORED"]
    mean = together / scored if scored else None
    return Totals(sum(counts.values()), scored, counts["WITHHELD"], lopsided, mean, tuple(cells))


def portfolio_movers(viewer: Viewer, asked: Asked) -> list[Any]:
    """The largest changes of shared value within the last month, whichever way they went."""
    moved = _figures(viewer).filter(_filter(asked), change__isnull=False).exclude(change=0)
    largest = moved.order_by(Abs("change").desc(), "pk").values("pk")[:MOST_MOVERS]
    found = _figures(viewer).filter(pk__in=largest).select_related("customer", "provider", "standing")
    return list(found.order_by(Abs("change").desc(), "pk"))


def portfolio_table(viewer: Viewer, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """Every row for a spreadsheet, in the order asked for; figures unrounded."""
    rows = portfolio_rows(viewer, asked).values_list(
        "name", "customer__name", "provider__name", "service", "stage", "standing__state",
        "standing__shared_value", "to_us", "to_them", "standing__hidden_imbalance", "change", "standing__as_of",
        "standing__reason",
    )  # fmt: skip
    return rows.iterator(chunk_size=2000)


def _figures(viewer: Viewer) -> QuerySet[Any]:
    own = viewer.person.organisation_id
    is_ours = Q(customer=own)
    return queries.readable_relationships(viewer).annotate(
        counterparty=Case(
            When(is_ours, then=F("provider__name")), default=F("customer__name"), output_field=None
        ),
        to_us=_figure(is_ours, "value_customer", "value_provider"),
        to_them=_figure(is_ours, "value_provider", "value_customer"),
        gap=Abs(F("standing__value_customer") - F("standing__value_provider")),
        change=F("standing__shared_value") - F("standing__month_ago"),
    )


def _figure(is_ours: Q, one: str, other: str) -> Case:
    return Case(
        When(is_ours, then=F(f"standing__{one}")), default=F(f"standing__{other}"), output_field=FIGURE
    )


def _filter(asked: Asked) -> Q:
    wanted = Q()
    if asked.words:
        wanted &= (
            Q(name__icontains=asked.words)
            | Q(service__icontains=asked.words)
            | Q(customer__name__icontains=asked.words)
            | Q(provider__name__icontains=asked.words)
        )
    if asked.stage:
        wanted &= Q(stage=asked.stage)
    return wanted & STATES.get(asked.state, Q())


def _bucket(name: str) -> Func:
    """The square, 0 to CELLS − 1, that a value from 0 to 100 falls into."""
    bucket = Func(
        Coalesce(F(f"standing__{name}"), Value(0, output_field=FIGURE)),
        Value(0), Value(100), Value(CELLS),
        function="width_bucket", output_field=IntegerField(),
    )  # fmt: skip
    return Func(bucket - Value(1), Value(CELLS - 1), function="LEAST", output_field=IntegerField())


__all__ = [
    "Asked",
    "Cell",
    "Relationship",
    "Totals",
    "portfolio_movers",
    "portfolio_page",
    "portfolio_rows",
    "portfolio_table",
    "portfolio_totals",
]
