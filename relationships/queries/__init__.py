"""Questions about relationships."""

from relationships.queries.agreements import (
    Waiting,
    counter_chain,
    list_agreements,
    terms_of_version,
    waiting_agreements,
)
from relationships.queries.contracts import Branch, contract_tree
from relationships.queries.intent import statement_in_force
from relationships.queries.people import (
    Pair,
    customer_people,
    former_seats,
    free_counterparts,
    readers,
    seatable_people,
    two_in_a_box,
)
from relationships.queries.public_contracts import plan_import
from relationships.queries.relationships import list_relationships, open_invitation, readable_relationships
from relationships.queries.timeline import get_timeline

__all__ = [
    "Branch",
    "Pair",
    "Waiting",
    "contract_tree",
    "counter_chain",
    "customer_people",
    "former_seats",
    "free_counterparts",
    "get_timeline",
    "list_agreements",
    "list_relationships",
    "open_invitation",
    "plan_import",
    "readable_relationships",
    "readers",
    "seatable_people",
    "statement_in_force",
    "terms_of_version",
    "two_in_a_box",
    "waiting_agreements",
]
