"""Judging readings: by the band in force, moved as both sides agreed, for one period or a hundred thousand."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kpis.domain.bands import Band
from kpis.domain.flex import Flexed, Rule, flex, widen
from kpis.domain.periods import Period
from kpis.domain.scaled import ScaledBand, scaled, scaled_band
from kpis.models import BandRevision, Flexing, FlexRule, Kpi
from kpis.queries.bands import band_of, bands_in_force
from kpis.queries.surroundings import Surroundings, surroundings_of


@dataclass(frozen=True)
class Terms:
    """All that judges a KPI from a day on; `revision_id` is None while it is only proposed.

    `drivers` names the driver of each DRIVER rule by the rule's key, `rule_ids` the saved rule.
    """

    effective_from: date
    band: Band
    rules: tuple[Rule, ...] = ()
    max_earned: Decimal = Decimal(0)
    allowance: Decimal | None = None
    revision_id: int | None = None
    drivers: Mapping[object, int] = field(default_factory=dict)
    rule_ids: Mapping[object, int] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether nothing can move the band."""
        return not self.rules and not self.max_earned


@dataclass(frozen=True)
class Moved:
    """How the band of one period was moved: what flex made of it, and the trust that widened it."""

    band: Band
    flexed: Flexed
    spells: tuple[int, ...] = ()
    covered_days: int = 0
    driver_value: Decimal | None = None
    trust: Decimal | None = None
    pulse_id: int | None = None


class Judged(NamedTuple):
    """A verdict that counts, the one the unmoved band would have given, and why they may differ (`moved`)."""

    terms: Terms
    verdict: int
    attainment: int
    unflexed_verdict: int
    unflexed_attainment: int
    moved: Moved | None = None


class Judge:
    """The terms of some KPIs and the world around them, loaded with one query where bands are plain, else up to five.

    `instead` and `surroundings` take the place of what is in force: that is how a proposal is replayed.
    """

    def __init__(
        self,
        kpi_ids: Iterable[int],
        *,
        instead: Mapping[int, Sequence[Terms]] | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        wanted = list(kpi_ids)
        self._terms: dict[int, Sequence[Terms]] = dict(terms_in_force(wanted))
        self._terms |= dict(instead or {})
        self.surroundings = (
            surroundings if surroundings is not None else surroundings_for(self._terms, wanted)
        )
        self._ready: dict[int, ScaledBand] = {}
        self._moved: dict[tuple[int, date], Moved | None] = {}

    def terms(self, kpi_id: int) -> Sequence[Terms]:
        """All terms of a KPI, oldest first."""
        return self._terms.get(kpi_id, ())

    def terms_on(self, kpi_id: int, first_day: date) -> Terms | None:
        """The terms in force on the first day of a period; None before the first."""
        return pick_terms(self.terms(kpi_id), first_day)

    def moved(self, kpi: Kpi, period: Period) -> Moved | None:
        """How the band in force moves in this period; None where it stays as it is, or where there is none."""
        terms = self.terms_on(kpi.pk, period.first)
        if terms is None or terms.is_plain:
            return None
        key = (kpi.pk, period.first)
        if key not in self._moved:
            self._moved[key] = moved(kpi.polarity, terms, period, self.surroundings)
        return self._moved[key]

    def judge(self, kpi: Kpi, period: Period, value: Decimal | None) -> Judged | None:
        """The judgement of a value in a period; None without a band or a value."""
        terms = None if value is None else self.terms_on(kpi.pk, period.first)
        if terms is None or value is None:
            return None
        number = scaled(value)
        unflexed = self._scaled(kpi.polarity, terms).judge(number)
        change = None if terms.is_plain else self.moved(kpi, period)
        if change is None:
            return Judged(terms, *unflexed, *unflexed)
        return Judged(terms, *self._scaled(kpi.polarity, change).judge(number), *unflexed, change)

    def _scaled(self, polarity: str, owner: Terms | Moved) -> ScaledBand:
        """The owner's band made ready for many values; by identity, which is cheaper than six numbers' hash."""
        found = self._ready.get(id(owner))
        if found is None:
            found = self._ready[id(owner)] = scaled_band(polarity, owner.band)
        return found


def moved(polarity: str, terms: Terms, period: Period, surroundings: Surroundings) -> Moved | None:
    """How the surroundings move the band of a period; None where they leave it as it is."""
    covering = surroundings.covering(period) if terms.rules else {}
    covered: dict[Hashable, int] = {
        environment: sum(span.days_in(period) for span in spans) for environment, spans in covering.items()
    }
    driven = {key: surroundings.driver_value(driver, period) for key, driver in terms.drivers.items()}
    flexed = flex(polarity, terms.band, terms.rules, covered=covered, days=period.days, driven=driven)
    trust = surroundings.trust(period.first) if terms.max_earned else None
    band = flexed.band
    if trust is not None:
        band = widen(polarity, band, max_earned=terms.max_earned, trust=trust.index)
    if flexed.rule is None and band == terms.band:
        return None
    environment = None if flexed.rule is None else flexed.rule.environment
    spans = covering.get(environment, []) if isinstance(environment, int) else []
    return Moved(
        band,
        flexed,
        tuple(span.spell_id for span in spans if span.spell_id is not None),
        min(period.days, covered.get(environment, 0)) if isinstance(environment, int) else 0,
        driven.get(flexed.rule.key) if flexed.rule is not None else None,
        None if trust is None else trust.index,
        None if trust is None else trust.pulse_id,
    )


def terms_in_force(kpi_ids: Sequence[int]) -> dict[int, list[Terms]]:
    """The agreed terms of KPIs, oldest first; one query, a second one where any band has flex rules."""
    revisions = bands_in_force(kpi_ids)
    with_rules = [
        band.pk for bands in revisions.values() for band in bands if getattr(band, "has_rules", True)
    ]
    rules = rules_of(with_rules)
    return {
        kpi_id: [terms_of(band, rules.get(band.pk, ())) for band in bands]
        for kpi_id, bands in revisions.items()
    }


def rules_of(revision_ids: Sequence[int]) -> dict[int, list[FlexRule]]:
    """The flex rules of band revisions, highest priority first."""
    found: dict[int, list[FlexRule]] = defaultdict(list)
    if revision_ids:
        for rule in FlexRule.objects.filter(band_revision_id__in=revision_ids).order_by("-priority", "pk"):
            found[rule.band_revision_id].append(rule)
    return found


def terms_of(revision: BandRevision, rules: Iterable[FlexRule]) -> Terms:
    """A revision and its rules as the arithmetic wants them; also before they are saved."""
    rules = list(rules)
    return Terms(
        revision.effective_from,
        band_of(revision),
        tuple(rule_of(rule) for rule in rules),
        revision.max_earned,
        revision.allowance,
        revision.pk,
        {key_of(rule): rule.driver_id for rule in rules if rule.driver_id is not None},
        {key_of(rule): rule.pk for rule in rules if rule.pk is not None},
    )


def rule_of(rule: FlexRule) -> Rule:
    """A flex rule as the arithmetic wants it."""
    amounts = None
    if rule.floor is not None and rule.tolerance is not None and rule.target is not None:
        upper = (rule.upper_target, rule.upper_tolerance, rule.upper_floor)
        amounts = Band(rule.floor, rule.tolerance, rule.target, *upper)
    numbers = (rule.baseline, rule.slope, rule.deadband, rule.cap)
    return Rule(rule.environment_id, rule.kind, rule.priority, amounts, *numbers, key=key_of(rule))


def key_of(rule: FlexRule) -> tuple[int, int]:
    """What names a rule within its revision, saved or not: its environment and priority."""
    return rule.environment_id, rule.priority


def surroundings_for(terms: Mapping[int, Sequence[Terms]], kpi_ids: Sequence[int]) -> Surroundings:
    """The world that can move these terms; no query where all of them are plain."""
    every = [one for kept in terms.values() for one in kept]
    environments = {rule.environment for one in every for rule in one.rules}
    drivers = {driver for one in every for driver in one.drivers.values()}
    relationship_id = None
    if any(one.max_earned for one in every):
        relationship_id = Kpi.objects.filter(pk__in=kpi_ids).values_list("relationship_id", flat=True).first()
    return surroundings_of(
        environment_ids=[pk for pk in environments if isinstance(pk, int)],
        driver_ids=drivers,
        relationship_id=relationship_id,
    )


def pick_terms(terms: Sequence[Terms], day: date) -> Terms | None:
    """Of one KPI's terms, oldest first, those in force on `day`; None before the first."""
    found = bisect_right(terms, day, key=lambda one: one.effective_from)
    return terms[found - 1] if found else None


def record_of(kpi: Kpi, period: Period, judged: Judged) -> Flexing | None:
    """The record of how the band was moved, not yet saved; None where it was not."""
    change = judged.moved
    if change is None or judged.terms.revision_id is None:
        return None
    return Flexing(
        relationship_id=kpi.relationship_id,
        kpi_id=kpi.pk,
        period_start=period.first,
        band_revision_id=judged.terms.revision_id,
        flex_rule_id=judged.terms.rule_ids.get(change.flexed.rule.key) if change.flexed.rule else None,
        spells=list(change.spells),
        covered_days=change.covered_days,
        period_days=period.days,
        driver_value=change.driver_value,
        trust=change.trust,
        pulse_id=change.pulse_id,
        floor=change.band.floor,
        tolerance=change.band.tolerance,
        target=change.band.target,
        upper_target=change.band.upper_target,
        upper_tolerance=change.band.upper_tolerance,
        upper_floor=change.band.upper_floor,
        unflexed_verdict=judged.unflexed_verdict,
        unflexed_attainment=judged.unflexed_attainment,
    )
