"""Bands, rules and the days on which they apply, as hypothesis invents them."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from kpis.domain.bands import Band, Polarity
from kpis.domain.flex import Flexed, Rule, flex, six, widen
from tests.kpis.domain.strategies import falling, number, ranges, rising

OF = {Polarity.HIGHER: rising, Polarity.LOWER: falling, Polarity.WITHIN_RANGE: ranges()}
shares = st.integers(0, 10**6).map(lambda part: Decimal(part).scaleb(-6))


@dataclass(frozen=True)
class Case:
    """A period of a KPI: its band, the rules around it, the days they cover and what drives them."""

    polarity: Polarity
    band: Band
    rules: tuple[Rule, ...]
    covered: dict[str, int]
    days: int
    driven: dict[int, Decimal | None]

    def flexed(self, **instead) -> Flexed:
        now = {"covered": self.covered, "days": self.days, "driven": self.driven} | instead
        return flex(self.polarity, self.band, self.rules, **now)


def difference(one: Band, other: Band) -> Band:
    """What has to be added to `other` to arrive at `one`."""
    pairs = zip(six(one), six(other), strict=True)
    return Band(*(None if a is None else a - b for a, b in pairs))


@st.composite
def rules(draw: st.DrawFn, polarity: Polarity, band: Band, key: int, kind: str | None = None) -> Rule:
    """A rule that leaves the band in order."""
    kind = kind or draw(st.sampled_from(["SHIFT", "REPLACE", "DRIVER"]))
    place = {"environment": draw(st.sampled_from("abc")), "kind": kind, "key": key}
    place["priority"] = draw(st.integers(-3, 3))
    if kind == "DRIVER":
        baseline = draw(number(-500, 500).filter(bool))
        numbers = [draw(number(0, top)) for top in (100, 2, 50)]
        slope, deadband, cap = (max(one, Decimal("0.000001")) for one in numbers)
        return Rule(**place, baseline=baseline, slope=slope, deadband=deadband, cap=cap)
    other = draw(OF[polarity])
    return Rule(**place, amounts=other if kind == "REPLACE" else difference(other, band))


@st.composite
def cases(draw: st.DrawFn, kind: str | None = None, most: int = 4, polarity: Polarity | None = None) -> Case:
    """Anything from no rule to several that apply on parts of the period."""
    polarity = polarity or draw(st.sampled_from(list(Polarity)))
    band = draw(OF[polarity])
    found = [draw(rules(polarity, band, key, kind)) for key in range(draw(st.integers(0, most)))]
    days = draw(st.integers(1, 92))
    covered = draw(st.dictionaries(st.sampled_from("abc"), st.integers(0, days)))
    values = st.one_of(st.none(), number(-1500, 1500))
    driven = {rule.key: draw(values) for rule in found if rule.kind == "DRIVER"}
    return Case(polarity, band, tuple(found), covered, days, driven)


@st.composite
def moved_bands(draw: st.DrawFn) -> tuple[Polarity, Band]:
    """A band as it judges: flexed, and then widened by earned room, now and then down to its floor."""
    case = draw(cases())
    trust = draw(st.one_of(st.just(Decimal(1)), shares))
    earned = draw(st.one_of(st.just(Decimal(1)), shares))
    band = case.flexed().band
    if draw(st.booleans()):
        band = squeezed(case.polarity, band)
    return case.polarity, widen(case.polarity, band, max_earned=earned, trust=trust)


def squeezed(polarity: Polarity, band: Band) -> Band:
    """The same band with tolerance right beside floor, so that earned room runs into it."""
    hair = Decimal("0.000001") if polarity != Polarity.LOWER else Decimal("-0.000001")
    floor, tolerance = band.tolerance - hair, band.tolerance
    if polarity != Polarity.WITHIN_RANGE:
        return Band(floor, tolerance, band.target)
    return Band(floor, tolerance, band.target, *band.upper_half[:2], band.upper_tolerance + hair)


@st.composite
def moved_values(draw: st.DrawFn) -> tuple[Polarity, Band, Decimal]:
    """A moved band with a value: anywhere, on a threshold, or a hair beside one."""
    polarity, band = draw(moved_bands())
    near = st.builds(
        lambda threshold, step: threshold + step,
        st.sampled_from(band.thresholds),
        st.sampled_from([Decimal(0), Decimal("0.000001"), Decimal("-0.000001")]),
    )
    return polarity, band, draw(st.one_of(near, number(-1200, 1200)))
