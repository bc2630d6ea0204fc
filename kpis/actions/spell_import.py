"""Many spells at once, each a proposal of its own that the other side signs or declines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.errors import SpellRefused
from kpis.actions.spells import propose_spell
from kpis.models import Environment, Spell
from kpis.queries.spell_words import spell_title
from kpis.spreadsheets.measures import fold
from kpis.spreadsheets.spells import DeclaredSpell
from relationships.models import Agreement, Relationship, Side

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class ToldSpell:
    """What became of one row: its agreement, or what is wrong; in a preview the agreement is None either way."""

    row: DeclaredSpell
    title: str = ""
    agreement_id: int | None = None
    problem: str = ""


@transaction.atomic
def propose_spells(
    *,
    relationship: Relationship,
    rows: Sequence[DeclaredSpell],
    actor: Person,
    side: Side,
    now: datetime,
    is_preview: bool = False,
) -> list[ToldSpell]:
    """Proposes each row that can be, and says what is wrong with the others; a preview takes everything back.

    An environment is found by its name, whatever its case, once both sides have agreed what it means. A spell of the
    same days that waits for signatures already is not proposed again, so that sending a file twice changes nothing.
    """
    agreed = Environment.objects.filter(relationship=relationship, revisions__agreed_at__isnull=False)
    known = {fold(one.name): one for one in agreed.distinct()}
    told = []
    for row in rows:
        environment = known.get(fold(row.environment))
        problem = row.problem or _problem(row, environment)
        if problem or environment is None or row.first_day is None:
            told.append(ToldSpell(row, problem=problem))
            continue
        environment.relationship = relationship
        try:
            with transaction.atomic():
                spell = propose_spell(
                    environment=environment,
                    first_day=row.first_day,
                    last_day=row.last_day,
                    reason=row.reason,
                    actor=actor,
                    side=side,
                    now=now,
                )
        except SpellRefused as refusal:
            told.append(ToldSpell(row, problem=str(refusal)))
        else:
            told.append(ToldSpell(row, spell_title(spell), None if is_preview else spell.agreement_id))
    if is_preview:
        transaction.set_rollback(True)
    return told


def _problem(row: DeclaredSpell, environment: Environment | None) -> str:
    if environment is None:
        return _("No environment that both sides agreed is called “%(name)s”.") % {
            "name": row.environment[:100]
        }
    days = [day for day in (row.first_day, row.last_day) if day is not None]
    if row.first_day is None:
        return _("The first day is missing.")
    if any(not FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        return _("Days lie between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
    waiting = Spell.objects.filter(
        environment=environment,
        first_day=days[0],
        last_day=row.last_day,
        agreement__outcome=Agreement.Outcome.OPEN,
    )
    return _("The same days wait for signatures already.") if waiting.exists() else ""
