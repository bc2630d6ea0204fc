"""Looking after drivers were reported: proposing, and letting proposals lapse."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.automatic.cases import Case, Days, cases_of, environments_with_conditions
from kpis.actions.automatic.deciding import what_to_do
from kpis.actions.errors import SpellRefused
from kpis.actions.spells import propose_spell
from kpis.models import ConditionCheck, Kpi, Reading, Spell
from kpis.queries.automatic import Looked
from portal.lib import scope
from relationships.actions import withdraw_agreement
from relationships.models import Relationship, Side

AT_ONCE: Final = 500
SAID_AT_MOST: Final = 6


@transaction.atomic
def look_at_conditions(*, relationship: Relationship, now: datetime) -> int:
    """Looks at what waits to be looked at in one relationship; returns how many spells were proposed.

    Safe to kill and to run twice: what waits is taken away in the same transaction, and looking again finds its own
    proposals.
    """
    waiting = ConditionCheck.objects.select_for_update(skip_locked=True).filter(relationship=relationship)
    checks = list(waiting[:AT_ONCE])
    proposed = 0
    if checks:
        for environment in environments_with_conditions(relationship):
            for case in cases_of(environment, now):
                named = {driver.pk for driver in case.drivers.values()}
                spans = [(check.first_day, check.last_day) for check in checks if check.driver_id in named]
                proposed += _attend(case, spans) if spans else 0
    ConditionCheck.objects.filter(pk__in=[check.pk for check in checks]).delete()
    return proposed


def _attend(case: Case, spans: Sequence[Days]) -> int:
    found = what_to_do(case, case.periods(spans))
    for spell in found.lapsing:
        _let_lapse(case, spell)
    return sum(_propose(case, run) for run in found.runs)


def _let_lapse(case: Case, spell: Spell) -> None:
    """Ends an open proposal for the side in whose name it was made."""
    agreement = spell.agreement
    side = Side(agreement.proposed_by_side)
    with _as_side(case, side, agreement.proposed_by):
        withdraw_agreement(
            agreement_id=agreement.pk,
            version=agreement.version,
            actor=agreement.proposed_by,
            side=side,
            now=case.now,
            reason=_(
                "The drivers were reported or corrected since, and the condition says something else now."
            ),
        )
        spell.lapsed_at = case.now
        spell.save(update_fields=["lapsed_at"])


def _propose(case: Case, run: Sequence[Looked]) -> bool:
    first, last = run[0].period, run[-1].period
    newest = _newest_report(case, first.first, last.last)
    if newest is None or newest.submitted_by is None:
        return False
    side = newest.kpi.performing_side
    with _as_side(case, side, newest.submitted_by):
        try:
            with transaction.atomic():
                propose_spell(
                    environment=case.environment,
                    first_day=first.first,
                    last_day=last.last,
                    reason=_values_in_words(case, run),
                    actor=newest.submitted_by,
                    side=side,
                    now=case.now,
                    origin=Spell.Origin.AUTOMATIC,
                    note=_(
                        "Proposed because the agreed condition held: %(condition)s. Both sides still sign."
                    )
                    % {"condition": case.condition.text},
                    sign=False,
                )
        except SpellRefused:  # somebody signed a spell of these days in the meantime
            return False
    return True


def _newest_report(case: Case, first: date, last: date) -> Reading | None:
    """What was reported last among the drivers in these days: whoever did is the one who proposes."""
    readings = Reading.objects.filter(
        kpi__in=list(case.drivers.values()), period_start__lte=last, period_end__gte=first
    )
    return (
        readings.filter(submitted_by__isnull=False)
        .select_related("kpi", "submitted_by")
        .order_by("-submitted_at", "-pk")
        .first()
    )


def _values_in_words(case: Case, run: Sequence[Looked]) -> str:
    said = [
        _("%(period)s: %(values)s")
        % {
            "period": row.period.label,
            "values": ", ".join(
                f"{driver.name} {_figure(driver, row.values[name])}" for name, driver in case.drivers.items()
            ),
        }
        for row in run[:SAID_AT_MOST]
    ]
    more = len(run) - SAID_AT_MOST
    return "; ".join([*said, *([_("and %(count)d more") % {"count": more}] if more > 0 else [])])


def _figure(driver: Kpi, value: Decimal | None) -> str:
    said = "–" if value is None else f"{value:,.{driver.decimals}f}"
    return f"{said} {driver.unit}".strip()


def _as_side(case: Case, side: Side, person: Person) -> AbstractContextManager[scope.Scope]:
    """The database lets nobody write in the other side's name, a task neither."""
    relationship = case.environment.relationship
    organisation = relationship.customer_id if side == Side.CUSTOMER else relationship.provider_id
    return scope.acting_as(
        person_id=person.pk, organisation_id=organisation or 0, relationship_ids=(relationship.pk,)
    )
