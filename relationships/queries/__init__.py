"""Questions about relationships."""

from relationships.actions.intent import statement_in_force
from relationships.queries.agreements import Waiting, waiting_agreements
from relationships.queries.contracts import Branch, contract_tree
from relationships.queries.people import (
    Pair,
    customer_people,
    free_counterparts,
    seatable_people,
    two_in_a_box,
)
from relationships.queries.relationships import list_relationships, open_invitation, readable_relationships
from relationships.queries.timeline import get_timeline

__all__ = [
    "Branch",
    "Pair",
    "Waiting",
    "contract_tree",
    "customer_people",
    "free_counterparts",
    "get_timeline",
    "list_relationships",
    "open_invitation",
    "readable_relationships",
    "seatable_people",
    "statement_in_force",
    "two_in_a_box",
    "waiting_agreements",
]
