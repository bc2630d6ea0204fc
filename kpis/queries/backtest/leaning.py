"""Whom a change helps: which way terms and periods move, seen from the side that performs the KPI.

A change leans when everything in it points one way. That is said of three things, each in its own words:

- PERIODS: at least one period compared changes (its verdict, its attainment, or whether it is a miss), and all that
  change get easier to meet, or all get harder;
- RULES: at least one flex rule is new, changed or gone, and each of them only ever eases, or only ever tightens (an
  environment in which more is asked would balance one in which less is);
- TERMS: no period changes, but something in the terms does (thresholds, allowance, earned room or rules), and all of
  it points one way.

Nothing is said of a first band's thresholds, nor of what both sides perform jointly: there easier is easier for both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from kpis.domain.bands import Band, Polarity
from kpis.domain.flex import Kind, Rule, flex, six
from kpis.models import Kpi
from kpis.queries.judging import Terms


class Lean(IntEnum):
    """Which way something points for the side that performs the KPI."""

    EASIER = 1
    EITHER = 0
    HARDER = -1


class Of(StrEnum):
    """What leans."""

    PERIODS = "PERIODS"
    RULES = "RULES"
    TERMS = "TERMS"


@dataclass(frozen=True, slots=True)
class OneSided:
    """All that changes points one way; `count` is the number of periods that do."""

    of: Of
    lean: Lean
    count: int = 0


def one_sided(kpi: Kpi, before: Terms | None, after: Terms, periods: Iterable[Lean]) -> list[OneSided]:
    """In what the change leans to one side; empty where it does not (see the module's text)."""
    if kpi.performed_by == Kpi.PerformedBy.JOINT:
        return []
    moved = list(periods)
    rules = rules_lean(kpi.polarity, before, after)
    found = []
    if moved and _common(moved) != Lean.EITHER:
        found.append(OneSided(Of.PERIODS, _common(moved), len(moved)))
    if rules and _common(rules) != Lean.EITHER:
        found.append(OneSided(Of.RULES, _common(rules)))
    terms = [*terms_lean(kpi.polarity, before, after), *rules]
    if not moved and before is not None and terms and _common(terms) != Lean.EITHER:
        found.append(OneSided(Of.TERMS, _common(terms)))
    return found


def terms_lean(polarity: str, before: Terms | None, after: Terms) -> list[Lean]:
    """Which way each number that changes points: thresholds, allowance and earned room; none for a first band.

    No agreed allowance is none that could be used up: agreeing one is harder, giving it up easier.
    """
    if before is None:
        return []
    found = band_lean(polarity, before.band, after.band)
    if before.allowance != after.allowance:
        more = after.allowance is None or (
            before.allowance is not None and after.allowance > before.allowance
        )
        found.append(Lean.EASIER if more else Lean.HARDER)
    if before.max_earned != after.max_earned:
        found.append(Lean.EASIER if after.max_earned > before.max_earned else Lean.HARDER)
    return found


def band_lean(polarity: str, before: Band, after: Band) -> list[Lean]:
    """Which way each threshold that moves points."""
    eased = (1, 1, 1, 0, 0, 0) if polarity == Polarity.LOWER else (-1, -1, -1, 1, 1, 1)
    found = []
    for old, new, sign in zip(six(before), six(after), eased, strict=True):
        if old is not None and new is not None and old != new:
            found.append(Lean.EASIER if (new > old) == (sign > 0) else Lean.HARDER)
    return found


def rules_lean(polarity: str, before: Terms | None, after: Terms) -> list[Lean]:
    """Which way each flex rule that is new, changed or gone points."""
    old = {} if before is None else _by_environment(before)
    new = _by_environment(after)
    found = []
    for environment in {**old, **new}:
        was, will = old.get(environment), new.get(environment)
        if was == will or (was and will and was[1:] == will[1:] and _same_but_priority(was[0], will[0])):
            continue
        if was is None and will is not None:
            found.append(rule_lean(polarity, after.band, will[0]))
        elif will is None and was is not None:
            found.append(Lean(-rule_lean(polarity, after.band, was[0])))
        elif was is not None and will is not None:
            found.append(_change(polarity, after.band, was, will))
    return found


def rule_lean(polarity: str, band: Band, rule: Rule) -> Lean:
    """Which way a rule points: a driver always eases, amounts by the thresholds they lead to."""
    if rule.kind == Kind.DRIVER:
        return Lean.EASIER
    return _common(band_lean(polarity, band, _fully(polarity, band, rule)))


def _change(polarity: str, band: Band, was: tuple[Rule, int | None], will: tuple[Rule, int | None]) -> Lean:
    old, new = was[0], will[0]
    if Kind.DRIVER not in (old.kind, new.kind):
        return _common(band_lean(polarity, _fully(polarity, band, old), _fully(polarity, band, new)))
    if old.kind != new.kind or was[1] != will[1] or old.baseline != new.baseline:
        return Lean.EITHER
    pairs = ((old.slope, new.slope), (new.deadband, old.deadband), (old.cap, new.cap))
    return _common(
        [
            Lean.EASIER if more > less else Lean.HARDER
            for less, more in pairs
            if less is not None and more is not None and less != more
        ]
    )


def _fully(polarity: str, band: Band, rule: Rule) -> Band:
    return flex(polarity, band, [rule], covered={rule.environment: 1}, days=1).band


def _by_environment(terms: Terms) -> dict[object, tuple[Rule, int | None]]:
    return {rule.environment: (rule, terms.drivers.get(rule.key)) for rule in terms.rules}


def _same_but_priority(one: Rule, other: Rule) -> bool:
    numbers = ("kind", "amounts", "baseline", "slope", "deadband", "cap")
    return all(getattr(one, name) == getattr(other, name) for name in numbers)


def _common(leans: Sequence[Lean]) -> Lean:
    """The way all of them point; EITHER where they do not, or where there are none."""
    ways = set(leans)
    return ways.pop() if len(ways) == 1 else Lean.EITHER
