"""Environments as people meet them: what both agreed they mean, when they hold, and which bands move with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from kpis.models import BandRevision, Environment, EnvironmentRevision, FlexRule, Kpi, Rejudging, Spell
from kpis.queries.bands import band_of, bands_in_force, pick
from kpis.queries.condition_words import condition_in_words
from kpis.queries.rule_words import rule_in_words
from kpis.queries.spell_words import spell_title
from kpis.queries.strip import Strip, draw_strip
from relationships.models import Agreement, Relationship

SIGNERS = (
    "agreement",
    "agreement__proposed_by",
    "agreement__customer_signed_by",
    "agreement__provider_signed_by",
)


class State(StrEnum):
    """Where an environment stands between the two sides."""

    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    REVISION_WAITING = "REVISION_WAITING"
    NOT_AGREED = "NOT_AGREED"


@dataclass(frozen=True)
class SpellRow:
    """One spell and where it stands; `holds` says that it is in force today or in other days."""

    spell: Spell
    on: date

    @property
    def agreement(self) -> Agreement:
        return self.spell.agreement

    @property
    def is_signed(self) -> bool:
        """Signed by both and not taken over by another."""
        spell = self.spell
        return spell.agreed_at is not None and spell.superseded_at is None and not spell.is_void

    @property
    def is_open(self) -> bool:
        is_open: bool = self.agreement.is_open
        return is_open

    @property
    def is_running(self) -> bool:
        """Signed, and today is one of its days."""
        last = self.spell.last_day
        return self.is_signed and self.spell.first_day <= self.on and (last is None or self.on <= last)

    @property
    def is_ahead(self) -> bool:
        return self.is_signed and self.spell.first_day > self.on

    @property
    def days(self) -> int | None:
        """How many days it has; None while it is open at its end."""
        last = self.spell.last_day
        return None if last is None else (last - self.spell.first_day).days + 1

    @property
    def state(self) -> str:
        """In words."""
        spell = self.spell
        if self.is_open:
            return _("Waiting for signatures")
        if spell.lapsed_at is not None:
            return _("Lapsed: its condition no longer held")
        if spell.agreed_at is None:
            return str(self.agreement.get_outcome_display())
        if spell.is_void:
            return _("Both agreed that it did not hold")
        if spell.superseded_at is not None:
            return _("Replaced by a later one")
        if self.is_running:
            return _("Holds now")
        return _("Ahead") if self.is_ahead else _("Over")


@dataclass(frozen=True)
class EnvironmentRow:
    """An environment in the list."""

    environment: Environment
    in_force: EnvironmentRevision | None
    waiting: EnvironmentRevision | None
    spells: list[SpellRow] = field(default_factory=list)
    kpis: int = 0
    condition: str = ""

    @property
    def state(self) -> State:
        if self.in_force is None:
            return State.PROPOSED if self.waiting is not None else State.NOT_AGREED
        return State.AGREED if self.waiting is None else State.REVISION_WAITING

    @property
    def shown(self) -> EnvironmentRevision | None:
        """What it means, as agreed; else as proposed."""
        return self.in_force or self.waiting

    @property
    def running(self) -> SpellRow | None:
        return next((row for row in self.spells if row.is_running), None)

    @property
    def ahead(self) -> SpellRow | None:
        """The next signed one."""
        return next((row for row in self.spells if row.is_ahead), None)

    @property
    def open_spells(self) -> int:
        return sum(row.is_open for row in self.spells)


@dataclass(frozen=True)
class Moved:
    """A KPI whose agreed band has a rule for the environment, and the rule in words."""

    kpi: Kpi
    words: str
    is_in_force: bool


@dataclass(frozen=True)
class EnvironmentPage:
    """Everything about one environment; spells newest first."""

    row: EnvironmentRow
    later: EnvironmentRevision | None
    revisions: list[EnvironmentRevision]
    spells: list[SpellRow]
    strip: Strip
    moved: list[Moved]
    rejudgings: list[Rejudging]

    @property
    def turned_down(self) -> list[SpellRow]:
        """What came to nothing, and what another took the place of."""
        return [row for row in self.spells if not row.is_signed and not row.is_open]

    @property
    def standing(self) -> list[SpellRow]:
        return [row for row in self.spells if row.is_signed or row.is_open]


def get_environments(relationship: Relationship, *, on: date) -> list[EnvironmentRow]:
    """The environments of a relationship as they stand on the day `on`; four queries whatever their number."""
    environments = list(Environment.objects.filter(relationship=relationship))
    ids = [environment.pk for environment in environments]
    revisions, spells, kpis = _revisions_of(ids), _spells_of(ids, on), _kpis_of(ids)
    return [
        _row(environment, revisions.get(environment.pk, ()), spells.get(environment.pk, []), kpis, on)
        for environment in environments
    ]


def get_environment(environment: Environment, *, on: date) -> EnvironmentPage:
    """One environment as it stands on the day `on`; seven queries."""
    revisions = _revisions_of([environment.pk]).get(environment.pk, [])
    spells = _spells_of([environment.pk], on, everything=True).get(environment.pk, [])
    moved = _moved_by(environment, on)
    kpis = {environment.pk: len(moved)}
    drawn = [
        (_words_of(row), row.spell.first_day, row.spell.last_day, row.is_signed)
        for row in sorted(spells, key=lambda row: row.is_signed)
        if row.is_signed or (row.is_open and not row.spell.is_void)
    ]
    agreed = [one for one in revisions if one.agreed_at is not None]
    return EnvironmentPage(
        _row(environment, revisions, spells, kpis, on),
        next((one for one in agreed if one.effective_from > on), None),
        agreed[::-1],
        spells[::-1],
        draw_strip(drawn, on=on),
        moved,
        open_rejudgings(environment.relationship_id),
    )


def open_rejudgings(relationship_id: int) -> list[Rejudging]:
    """What is still being judged anew; one query."""
    found = Rejudging.objects.filter(relationship_id=relationship_id, finished_at__isnull=True)
    return list(found.order_by("created_at", "pk"))


def _row(
    environment: Environment,
    revisions: Sequence[EnvironmentRevision],
    spells: list[SpellRow],
    kpis: Mapping[int, int],
    on: date,
) -> EnvironmentRow:
    agreed = [one for one in revisions if one.agreed_at is not None]
    held = [one for one in agreed if one.effective_from <= on] or agreed[:1]
    waiting = [one for one in revisions if one.agreement.is_open]
    in_force = held[-1] if held else None
    shown = in_force or (waiting[-1] if waiting else None)
    return EnvironmentRow(
        environment,
        in_force,
        waiting[-1] if waiting else None,
        spells,
        kpis.get(environment.pk, 0),
        "" if shown is None else words_for(shown),
    )


def words_for(revision: EnvironmentRevision) -> str:
    """The condition of a revision in words; "" where people declare its spells."""
    if not revision.condition:
        return ""
    return condition_in_words(revision.condition, _names_in(revision))


def _names_in(revision: EnvironmentRevision) -> dict[str, str]:
    """What the names in a condition stood for when it was signed."""
    for row in revision.agreement.content:
        if isinstance(row, dict) and isinstance(row.get("names"), dict):
            return {str(variable): str(name) for variable, name in row["names"].items()}
    return {}


def _revisions_of(environment_ids: Sequence[int]) -> dict[int, list[EnvironmentRevision]]:
    found: dict[int, list[EnvironmentRevision]] = defaultdict(list)
    revisions = EnvironmentRevision.objects.filter(
        Q(agreed_at__isnull=False) | Q(agreement__outcome=Agreement.Outcome.OPEN),
        environment_id__in=environment_ids,
    )
    for one in revisions.select_related(*SIGNERS).order_by("effective_from", "agreed_at", "pk"):
        found[one.environment_id].append(one)
    return found


def _spells_of(
    environment_ids: Sequence[int], on: date, *, everything: bool = False
) -> dict[int, list[SpellRow]]:
    spells = Spell.objects.filter(environment_id__in=environment_ids)
    if not everything:
        spells = spells.filter(
            Q(agreed_at__isnull=False, superseded_at__isnull=True, is_void=False)
            | Q(agreement__outcome=Agreement.Outcome.OPEN)
        )
    found: dict[int, list[SpellRow]] = defaultdict(list)
    for spell in spells.select_related("environment", *SIGNERS).order_by("first_day", "pk"):
        found[spell.environment_id].append(SpellRow(spell, on))
    return found


def _kpis_of(environment_ids: Sequence[int]) -> dict[int, int]:
    pairs = (
        FlexRule.objects.filter(environment_id__in=environment_ids, band_revision__agreed_at__isnull=False)
        .order_by()
        .values_list("environment_id", "band_revision__kpi_id")
        .distinct()
    )
    found: dict[int, int] = defaultdict(int)
    for environment_id, _kpi_id in pairs:
        found[environment_id] += 1
    return found


def _moved_by(environment: Environment, on: date) -> list[Moved]:
    rules = list(
        FlexRule.objects.filter(environment=environment, band_revision__agreed_at__isnull=False)
        .select_related("environment", "driver", "band_revision__kpi")
        .order_by("band_revision__effective_from", "band_revision__agreed_at", "pk")
    )
    newest = {rule.band_revision.kpi_id: rule for rule in rules}
    bands = bands_in_force(newest)
    found = []
    for kpi_id, rule in newest.items():
        judging = pick(bands.get(kpi_id, []), on)
        by_band = {one.band_revision_id: one for one in rules if one.band_revision.kpi_id == kpi_id}
        held = by_band.get(judging.pk) if judging is not None else None
        shown = held or rule
        kpi: Kpi = shown.band_revision.kpi
        band: BandRevision = shown.band_revision
        found.append(Moved(kpi, rule_in_words(kpi, shown, band_of(band)), held is not None))
    return sorted(found, key=lambda moved: (not moved.is_in_force, moved.kpi.position, moved.kpi.pk))


def _words_of(row: SpellRow) -> str:
    return f"{spell_title(row.spell)} ({row.state.lower()})"
