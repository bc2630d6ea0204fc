"""What the last periods would have been under other terms, or with another spell, before anybody signs."""

from kpis.queries.backtest.comparing import Backtest, Count, Replayed
from kpis.queries.backtest.evidence import EVIDENCE, evidence_of, evidence_of_spell
from kpis.queries.backtest.leaning import Lean, Of, OneSided
from kpis.queries.backtest.spells import SpellBacktest, backtest_spell
from kpis.queries.backtest.terms import CHOICES, PERIODS, backtest_terms
from kpis.queries.backtest.words import Meaning, meanings_of, warnings_of

__all__ = [
    "CHOICES",
    "EVIDENCE",
    "PERIODS",
    "Backtest",
    "Count",
    "Lean",
    "Meaning",
    "Of",
    "OneSided",
    "Replayed",
    "SpellBacktest",
    "backtest_spell",
    "backtest_terms",
    "evidence_of",
    "evidence_of_spell",
    "meanings_of",
    "warnings_of",
]
