"""The command that checks the audit trail."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from relationships import actions
from relationships.models import Side
from tests.cast import NOW, acting

everything = pytest.mark.django_db(transaction=True, databases=["default", "batch", "owner"])


def run(**options):
    out = StringIO()
    call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


@everything
def test_sound_chains_compared_with_heads_noted_down(cast, tmp_path):
    assert run().endswith("in 2 chains: sound.\n")
    kept = tmp_path / "heads.csv"
    kept.write_text(run(print_heads=True))
    assert len(list(csv.reader(kept.open()))) == 2
    with acting(cast.amara, cast.own):
        actions.comment(relationship=cast.own, actor=cast.amara, side=Side.CUSTOMER, now=NOW, text="goes on")
    assert run(heads=kept).endswith("sound, compared with 2 heads.\n")


@everything
def test_a_forged_entry_is_named(cast):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE relationships_auditentry SET after = '{}' WHERE chain = %s AND seq = 2",
            [f"relationship:{cast.own.pk}"],
        )
    with pytest.raises(
        CommandError, match=rf"Broken at relationship:{cast.own.pk}#2: the content does not match"
    ):
        run()
