"""What is wrong with a contract's printed table, said in the reader's language."""

from decimal import Decimal

import pytest
from django.utils.functional import lazystr
from django.utils.translation import override

from kpis.domain.bands import Verdict
from kpis.domain.printed import Finding, Flaw, Trouble, UnreadableBands
from kpis.forms import printed
from kpis.forms.printed import explain, why_unreadable

GAP = Finding(Flaw.GAP, Verdict.GOOD, Verdict.APPROACHING, Decimal(95), Decimal(96), Decimal("95.50"))


def test_a_gap_and_an_overlap_are_explained_by_an_example():
    assert explain(GAP) == "95.5 falls between “Approaching target” and “Good”: it would have no verdict."
    overlap = Finding(
        Flaw.OVERLAP,
        Verdict.REQUIRES_IMPROVEMENT,
        Verdict.INADEQUATE,
        Decimal(700),
        Decimal(700),
        Decimal(700),
    )
    assert explain(overlap) == (
        "700 is claimed by both “Inadequate” and “Requires improvement”: it would have two verdicts."
    )


@pytest.mark.parametrize("trouble", Trouble)
def test_each_trouble_has_its_sentence(trouble):
    said = why_unreadable(UnreadableBands(trouble, Verdict.GOOD))
    assert said.endswith(".")
    assert "%" not in said
    assert str(trouble) not in said


def test_the_sentence_names_the_row():
    refusal = UnreadableBands(Trouble.NO_WORSE_END, Verdict.GOOD)
    assert why_unreadable(refusal) == "The row “Good” does not say where its worse end is."


def test_words_are_translated_when_they_are_shown(monkeypatch):
    """Not when the module is loaded, nor in the domain."""
    with override("de"):
        monkeypatch.setattr(printed, "_", lambda text: f"de:{text}")
        monkeypatch.setitem(printed.WORDS, Verdict.GOOD, lazystr("Gut"))
        assert (
            explain(GAP) == "de:95.5 falls between “Approaching target” and “Gut”: it would have no verdict."
        )
