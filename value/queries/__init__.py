"""Questions about shared value."""

from value.queries.explanation import Explanation, explain
from value.queries.history import History, history_of
from value.queries.movement import WhyItMoved, movement
from value.queries.scores import score_of, standing_of
from value.queries.terms import arithmetic_of, terms_in_force

__all__ = [
    "Explanation",
    "History",
    "WhyItMoved",
    "arithmetic_of",
    "explain",
    "history_of",
    "movement",
    "score_of",
    "standing_of",
    "terms_in_force",
]
