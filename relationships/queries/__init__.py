"""Questions about relationships."""

from relationships.queries.agreements import Waiting, waiting_agreements
from relationships.queries.timeline import get_timeline

__all__ = ["Waiting", "get_timeline", "waiting_agreements"]
