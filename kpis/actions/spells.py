"""Spells of environments under two keys: days in which bands move."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person
from kpis.actions.entries import today_in
from kpis.actions.errors import SpellRefused
from kpis.actions.flexing import kpis_moved_by
from kpis.actions.rejudging import Outcome, Touched, judge_anew
from kpis.models import Environment, Spell
from kpis.queries.backtest import backtest_spell
from kpis.queries.backtest.evidence import evidence_of_spell
from kpis.queries.spell_words import spell_title
from kpis.queries.surroundings import span_of, spells_in_force
from relationships.actions import note_event, propose_agreement, revise_agreement
from relationships.models import Agreement, Side


@transaction.atomic
def propose_spell(
    *,
    environment: Environment,
    first_day: date,
    last_day: date | None,
    reason: str,
    actor: Person,
    side: Side,
    now: datetime,
    origin: str = "",
    replaces: Spell | None = None,
    is_void: bool = False,
    evidence: Sequence[dict[str, Any]] | None = None,
    note: str = "",
    counters: Agreement | None = None,
    sign: bool = True,
) -> Spell:
    """Proposes that an environment holds from `first_day` to `last_day` (None: until further notice).

    `replaces` names a signed spell that this one ends, moves or (`is_void`) takes back. Without an `origin` the first
    day says whether it is declared in advance or afterwards; afterwards needs a reason. The back-test is signed with
    the days, unless other rows of `evidence` are given. Nothing moves until both sides signed. Raises SpellRefused (with the field that is
    wrong), or what propose_agreement raises.
    """
    spell = Spell(
        relationship_id=environment.relationship_id,
        environment=environment,
        first_day=first_day,
        last_day=last_day,
        origin=origin,
        reason=reason.strip(),
        replaces=replaces,
        is_void=is_void,
        created_at=now,
    )
    spell.origin = origin or _origin_of(spell, now)
    check_spell(spell)
    spell.agreement = propose_agreement(
        relationship=environment.relationship,
        kind=Agreement.Kind.SPELL,
        title=spell_title(spell),
        content=[*_content(spell), *(evidence_for(spell, now) if evidence is None else evidence)],
        note=note,
        actor=actor,
        side=side,
        now=now,
        counters=counters,
        sign=sign,
    )
    spell.save()
    return spell


@transaction.atomic
def revise_spell(
    *,
    agreement: Agreement,
    version: int,
    first_day: date,
    last_day: date | None,
    reason: str,
    actor: Person,
    side: Side,
    now: datetime,
    is_void: bool = False,
    note: str = "",
) -> Spell:
    """Changes the days or the reason of one's own open proposal: a new version that only the reviser has signed.

    A proposal that its condition made is then declared by people. Raises SpellRefused, or what revise_agreement
    raises.
    """
    spell = (
        Spell.objects.select_for_update(of=("self",))
        .select_related("environment__relationship", "replaces")
        .get(agreement=agreement)
    )
    spell.first_day, spell.last_day, spell.reason = first_day, last_day, reason.strip()
    spell.is_void = is_void and spell.replaces is not None
    spell.origin = _origin_of(spell, now)
    check_spell(spell)
    spell.agreement = revise_agreement(
        agreement_id=agreement.pk,
        version=version,
        title=spell_title(spell),
        content=[*_content(spell), *evidence_for(spell, now)],
        note=note,
        actor=actor,
        side=side,
        now=now,
    )
    spell.save()
    return spell


def evidence_for(spell: Spell, now: datetime) -> list[dict[str, Any]]:
    """What the periods it touches would have been with it: rows that are signed with the days."""
    span = None if spell.is_void else span_of(spell)
    found = backtest_spell(
        spell.environment,
        span,
        on=today_in(spell.environment.relationship, now),
        instead_of=spell.replaces_id,
    )
    return evidence_of_spell(found)


def _origin_of(spell: Spell, now: datetime) -> str:
    today = today_in(spell.environment.relationship, now)
    return Spell.Origin.AFTERWARDS if spell.first_day <= today else Spell.Origin.ADVANCE


def check_spell(spell: Spell) -> None:
    """Raises SpellRefused for days out of order, a missing reason, or days that another signed spell has already."""
    if spell.last_day is not None and spell.last_day < spell.first_day:
        raise SpellRefused(_("A spell cannot end before it starts."), "last_day")
    if not spell.reason and spell.origin == Spell.Origin.AFTERWARDS:
        raise SpellRefused(_("Say what happened: a spell declared afterwards needs its reason."), "reason")
    replaced = spell.replaces
    if replaced is not None and (
        replaced.environment_id != spell.environment_id
        or replaced.agreed_at is None
        or replaced.superseded_at is not None
        or replaced.is_void
    ):
        raise SpellRefused(_("This spell is not in force any more, so it cannot be changed."), "replaces")
    taken = None if spell.is_void else overlapping(spell)
    if taken is not None:
        raise SpellRefused(
            _("“%(spell)s” covers some of these days already. Change that spell instead.")
            % {"spell": spell_title(taken)},
            "first_day",
        )


def overlapping(spell: Spell) -> Spell | None:
    """A signed spell of the same environment that shares days with this one, but for the one it replaces."""
    others = spells_in_force().filter(environment_id=spell.environment_id)
    if spell.replaces_id is not None:
        others = others.exclude(pk=spell.replaces_id)
    others = others.filter(Q(last_day__isnull=True) | Q(last_day__gte=spell.first_day))
    if spell.last_day is not None:
        others = others.filter(first_day__lte=spell.last_day)
    return others.select_related("environment").first()


@transaction.atomic
def bring_spell_into_force(*, agreement: Agreement, now: datetime) -> Spell:
    """Lets an agreed spell hold, and judges the periods anew that it (or the one it replaces) touches; repeatable.

    Raises SpellRefused when another spell was signed for the same days in the meantime.
    """
    spell = (
        Spell.objects.select_for_update(of=("self",))
        .select_related("environment", "replaces")
        .get(agreement=agreement)
    )
    if spell.agreed_at is not None or agreement.outcome != Agreement.Outcome.AGREED:
        return spell
    # Two spells of one environment are signed one after the other: the second one looks again.
    Environment.objects.select_for_update(of=("self",)).get(pk=spell.environment_id)
    check_spell(spell)
    if spell.replaces is not None:
        spell.replaces.superseded_at = now
        spell.replaces.save(update_fields=["superseded_at"])
    spell.agreed_at = now
    spell.save(update_fields=["agreed_at"])
    outcome = judge_anew(
        touched_by(spell), relationship_id=spell.relationship_id, now=now, cause=spell_title(spell)
    )
    note_event(
        relationship_id=spell.relationship_id,
        side="",
        actor=None,
        now=now,
        text=_in_force(spell, outcome),
        url=f"/environments/{spell.environment_id}/",
        about=f"environment:{spell.environment_id}",
    )
    return spell


def touched_by(spell: Spell) -> list[Touched]:
    """The readings whose periods share a day with the spell, or with the one it replaces."""
    spans = [(spell.first_day, spell.last_day)]
    if spell.replaces is not None:
        spans.append((spell.replaces.first_day, spell.replaces.last_day))
    first = min(start for start, _end in spans)
    ends = [end for _start, end in spans if end is not None]
    last = max(ends) if len(ends) == len(spans) else None
    return [Touched(kpi.pk, first=first, last=last) for kpi in kpis_moved_by(spell.environment_id)]


def _in_force(spell: Spell, outcome: Outcome) -> str:
    said = _("“%(spell)s” holds; readings judged otherwise: %(count)d")
    if outcome.later is not None:
        return _("“%(spell)s” holds; readings to be judged anew: %(count)d") % {
            "spell": spell_title(spell),
            "count": outcome.later.periods_total,
        }
    return said % {"spell": spell_title(spell), "count": outcome.changed}


def _content(spell: Spell) -> list[dict[str, Any]]:
    old = spell.replaces

    def day(value: date | None) -> str:
        return _("until further notice") if value is None else value.isoformat()

    name = spell.environment.name
    rows = [
        (
            "first",
            _("First day"),
            "" if old is None else day(old.first_day),
            "" if spell.is_void else day(spell.first_day),
        ),
        (
            "last",
            _("Last day"),
            "" if old is None else day(old.last_day),
            "" if spell.is_void else day(spell.last_day),
        ),
        ("origin", _("Declared"), "", str(Spell.Origin(spell.origin).label)),
        ("reason", _("Reason"), "" if old is None else old.reason, spell.reason),
    ]
    return [
        {
            "label": _("Environment"),
            "before": name if old else "",
            "after": name,
            "environment": spell.environment_id,
        },
        *(
            {"label": label, "before": before, "after": after}
            for _key, label, before, after in rows
            if before or after
        ),
    ]
