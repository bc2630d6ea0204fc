"""Verbs of shared value: scores, the runs that compute them, and the terms both parties sign."""

from value.actions.runs import CHUNK, finish_open_chunks, start_night_runs, start_run, work_on
from value.actions.scoring import score_relationships
from value.actions.terms import TermsChangeNothing, bring_terms_into_force, propose_terms, revise_terms

__all__ = [
    "CHUNK",
    "TermsChangeNothing",
    "bring_terms_into_force",
    "finish_open_chunks",
    "propose_terms",
    "revise_terms",
    "score_relationships",
    "start_night_runs",
    "start_run",
    "work_on",
]
