"""A relationship with one row in every walled table, and its mirror image at the rivals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from governance.models import Clock
from kpis.models import (
    BandRevision,
    ColumnMapping,
    Dispute,
    Evidence,
    Goal,
    IdempotencyKey,
    Kpi,
    NamedCalendar,
    NamedPeriod,
    Reading,
    Upload,
)
from relationships import actions
from relationships.models import (
    Agreement,
    Contract,
    ContractDocument,
    RelationshipInvitation,
    Side,
    StageChange,
    StatementOfIntent,
    TimelineEntry,
)
from tests.cast import NOW, Cast, acting
from value.models import Score, ScoreTerms, Standing

DAY = date(2026, 1, 1)


def propose(
    relationship, actor, side=Side.CUSTOMER, kind=Agreement.Kind.BAND_REVISION, title="Terms", **more
):
    return actions.propose_agreement(
        relationship=relationship, kind=kind, title=title, content=[{"label": "x", "before": None, "after": "1"}],
        actor=actor, side=side, now=NOW, **more,
    )  # fmt: skip


def furnish(relationship, actor, organisation):
    """One row in every table of a relationship, written by `actor` of the customer's side."""
    rows = {}
    common = {"relationship": relationship}
    with acting(actor, relationship):
        rows["invitation"] = RelationshipInvitation.objects.create(
            **common, email="a@b.example", organisation_name="Somebody", token_hash=f"{relationship.pk:064d}",
            invited_by=actor, invited_at=NOW, expires_at=NOW + timedelta(days=7),
        )  # fmt: skip
        rows["statement"] = StatementOfIntent.objects.create(
            **common, text="Why", agreement=propose(relationship, actor, kind="STATEMENT_OF_INTENT")
        )
        rows["stage"] = StageChange.objects.create(
            **common, stage="8_EXIT", agreement=propose(relationship, actor, kind="STAGE")
        )
        rows["contract"] = Contract.objects.create(
            **common, kind="MASTER", title="Master", created_at=NOW, created_by=actor
        )
        rows["document"] = ContractDocument.objects.create(
            **common, contract=rows["contract"], name="Annex", url="https://example.org/a", added_at=NOW
        )
        rows["comment"] = actions.comment(
            relationship=relationship, actor=actor, side=Side.CUSTOMER, now=NOW, text="Hello"
        )
        rows["goal"] = Goal.objects.create(**common, name="Goal", created_at=NOW)
        rows["calendar"] = NamedCalendar.objects.create(**common, name="Rail year")
        rows["named_period"] = NamedPeriod.objects.create(
            **common, calendar=rows["calendar"], label="P1", first_day=DAY, last_day=DAY + timedelta(days=27)
        )
        rows["kpi"] = Kpi.objects.create(
            **common, goal=rows["goal"], name="Answered calls", performed_by="PROVIDER", polarity="HIGHER",
            frequency="MONTH", starts_on=DAY, created_at=NOW,
        )  # fmt: skip
        rows["band"] = BandRevision.objects.create(
            **common, kpi=rows["kpi"], agreement=propose(relationship, actor), effective_from=DAY,
            floor=Decimal(60), tolerance=Decimal(70), target=Decimal(80), created_at=NOW,
        )  # fmt: skip
        rows["clock"] = Clock.objects.create(
            **common, side="CUSTOMER", purpose="CONFIRM_READINGS", started_at=NOW, remind_at=NOW, due_at=NOW
        )
        rows["reading"] = Reading.objects.create(
            **common, kpi=rows["kpi"], period_start=DAY, period_end=date(2026, 1, 31), value=Decimal(71),
            submitted_at=NOW, recorded_at=NOW, clock=rows["clock"],
        )  # fmt: skip
        Reading.objects.filter(pk=rows["reading"].pk).update(value=Decimal(72), version=2)
        rows["dispute"] = Dispute.objects.create(
            **common, reading=rows["reading"], side="CUSTOMER", reason="No", opened_by=actor, opened_at=NOW
        )
        rows["evidence"] = Evidence.objects.create(
            **common, reading=rows["reading"], name="a.pdf", file="a.pdf", content_type="application/pdf",
            size=1, sha256="0" * 64, added_by=actor, added_at=NOW,
        )  # fmt: skip
        rows["upload"] = Upload.objects.create(
            **common, side="CUSTOMER", name="a.csv", content=b"", sha256="0" * 64, source="s",
            uploaded_by=actor, uploaded_at=NOW,
        )  # fmt: skip
        rows["mapping"] = ColumnMapping.objects.create(
            **common, side="CUSTOMER", source="s", mapping={}, saved_at=NOW
        )
        rows["key"] = IdempotencyKey.objects.create(
            **common, person=actor, key=f"k{relationship.pk}", request_digest="0" * 64, created_at=NOW
        )
        rows["terms"] = ScoreTerms.objects.create(
            **common, agreement=propose(relationship, actor, kind="SCORE_TERMS"), effective_from=DAY
        )
        rows["score"] = Score.objects.create(
            **common, as_of=DAY, state="WITHHELD", reason="why", method_version="1", parts={},
            input_digest="0" * 64, computed_at=NOW,
        )  # fmt: skip
        rows["standing"] = Standing.objects.create(
            **common,
            customer=relationship.customer,
            provider=relationship.provider,
            as_of=DAY,
            state="WITHHELD",
        )
    return rows


@pytest.fixture
def furnished(cast: Cast):
    """(rows of the own relationship, rows of the rivals')."""
    return (
        furnish(cast.own, cast.amara, cast.northwind),
        furnish(cast.foreign, cast.outsider, cast.harbour),
    )


@pytest.fixture
def internal_line(cast: Cast) -> TimelineEntry:
    """Something the customer's side said to itself."""
    with acting(cast.amara, cast.own):
        return actions.comment(
            relationship=cast.own, actor=cast.amara, side=Side.CUSTOMER, now=NOW, text="for us", internal=True
        )
