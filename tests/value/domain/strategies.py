"""Evidence and terms as hypothesis invents them."""

from decimal import Decimal

from hypothesis import strategies as st

from value.domain.evidence import Evidence, Sums
from value.domain.terms import Terms

FULL = 1_000_000


@st.composite
def sums(draw: st.DrawFn) -> Sums:
    """Sums as they can come from readings: nothing, only missing periods, or some of both."""
    periods, missing = draw(st.integers(0, 500)), draw(st.integers(0, 100))
    if not periods:
        return Sums(0, 0, 0, missing)
    weight = draw(st.integers(1, 10**6)) * periods
    return Sums(draw(st.integers(0, weight * FULL)), weight, periods, periods + missing)


def share(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """A number with two decimals, given in hundredths."""
    return st.integers(low, high).map(lambda n: Decimal(n) / 100)


evidence = st.builds(Evidence, sums(), sums(), sums())
weights = st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(any)
terms = st.builds(
    lambda w, *rest: Terms(*w, *rest), weights, share(0, 99), share(0, 99), share(1, 99), share(0, 100)
)


def full(q: float | Decimal, *, periods: int = 12, expected: int | None = None) -> Sums:
    """Sums with a given q and coverage."""
    weight = 10**6
    return Sums(
        int(Decimal(str(q)) * weight * FULL), weight, periods, periods if expected is None else expected
    )
