"""Contracts that are here beside what a public register says of them now."""

from relationships.queries.register.compare import compare
from relationships.queries.register.differences import Comparison, Difference, Revision
from relationships.queries.register.recorded import Recorded, recorded_contracts

__all__ = ["Comparison", "Difference", "Recorded", "Revision", "compare", "recorded_contracts"]
