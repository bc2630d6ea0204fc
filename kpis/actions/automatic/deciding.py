"""What a look at a condition comes to: which open proposals lapse, and which days are proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from django.db.models import Q

from kpis.actions.automatic.cases import Case
from kpis.domain.periods import Period
from kpis.models import Environment, Spell
from kpis.queries.automatic import Looked, look
from relationships.models import Agreement, Side

TURNED_DOWN: Final = (
    Agreement.Outcome.DECLINED,
    Agreement.Outcome.WITHDRAWN,
    Agreement.Outcome.COUNTERED,
    Agreement.Outcome.EXPIRED,
)


@dataclass
class Found:
    """What is to be done about one condition."""

    lapsing: list[Spell] = field(default_factory=list)
    runs: list[list[Looked]] = field(default_factory=list)


def what_to_do(case: Case, periods: Sequence[Period]) -> Found:
    """Decides for the periods that were reported, and for the open proposals that touch them; four queries at most."""
    if not periods:
        return Found()
    spells = _spells_of(case.environment)
    mine = [spell for spell in spells if _is_open_and_automatic(spell)]
    beside = [spell for spell in mine if any(_touches(case, spell, period) for period in periods)]
    spans = [(period.first, period.last) for period in periods]
    spans += [(spell.first_day, spell.last_day or case.today) for spell in beside]
    looked = look(case.condition, case.drivers, case.periods(spans))
    lapsing = [spell for spell in beside if any(row.holds is False for row in _within(spell, looked))]
    free = _free(looked, [spell for spell in spells if spell not in lapsing])
    joined = [
        spell
        for spell in beside
        if spell not in lapsing
        and not _is_signed(spell)
        and any(_touches(case, spell, row.period) for row in free)
    ]
    lapsing += joined
    free = _free(looked, [spell for spell in spells if spell not in lapsing])
    return Found(lapsing, _runs(case, free))


def _spells_of(environment: Environment) -> list[Spell]:
    """Those that stand in the way of a proposal: signed, open, taken back by both, or automatic and turned down."""
    standing = environment.spells.filter(lapsed_at__isnull=True, superseded_at__isnull=True)
    turned_down = Q(agreement__outcome__in=TURNED_DOWN)
    wanted = standing.filter(~turned_down | Q(origin=Spell.Origin.AUTOMATIC))
    return list(wanted.select_related("agreement", "agreement__proposed_by").order_by("first_day", "pk"))


def _is_open_and_automatic(spell: Spell) -> bool:
    is_open: bool = spell.agreement.is_open
    return is_open and spell.origin == Spell.Origin.AUTOMATIC


def _is_signed(spell: Spell) -> bool:
    return any(spell.agreement.is_signed_by(side) for side in Side)


def _shares_days(spell: Spell, period: Period) -> bool:
    return spell.first_day <= period.last and (spell.last_day is None or spell.last_day >= period.first)


def _touches(case: Case, spell: Spell, period: Period) -> bool:
    """Whether the period lies in the spell, or right before or after it."""
    before, after = case.calendar.before(period), case.calendar.after(period)
    return any(_shares_days(spell, one) for one in (before, period, after) if one is not None)


def _within(spell: Spell, looked: Iterable[Looked]) -> list[Looked]:
    return [row for row in looked if _shares_days(spell, row.period)]


def _free(looked: Iterable[Looked], spells: Sequence[Spell]) -> list[Looked]:
    """The periods in which the condition held and that no spell shares a day with."""
    return [
        row for row in looked if row.holds and not any(_shares_days(spell, row.period) for spell in spells)
    ]


def _runs(case: Case, free: Sequence[Looked]) -> list[list[Looked]]:
    """The periods that follow each other without a gap, together."""
    runs = [[row] for row in free[:1]]
    for before, row in pairwise(free):
        if case.calendar.after(before.period) == row.period:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs
