"""`recompute_scores` with a second process: the same digits, shared between both."""

import sys
from datetime import date

import pytest
from django.core.management import call_command

from value.models import Score, ScoreRun

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "batch", "owner"])


def test_two_processes_share_a_run(transactional_db, monkeypatch, capsys):
    call_command("load_scale", relationships=8, kpis=6, months=14, until=date(2026, 11, 1), verbosity=0)
    monkeypatch.setattr(sys, "argv", ["manage.py"])
    digits = []
    for workers in (1, 2):
        call_command("recompute_scores", "--as-of", "2026-10-31", "--workers", str(workers))
        digits.append(
            list(
                Score.objects.using("batch")
                .order_by("relationship")
                .values_list("input_digest", "shared_value")
            )
        )
    assert digits[0] == digits[1]
    assert len(digits[0]) == 8
    assert {(r.done, r.total) for r in ScoreRun.objects.using("batch")} == {(8, 8)}
    assert "8 of 8 scored" in capsys.readouterr().out
