"""Which contract of the register is which of ours."""

from collections.abc import Sequence

from relationships.models import Contract
from relationships.ocds.model import PublicContract
from relationships.queries.register.recorded import Recorded


class Matching:
    """Which contract of the register is which of ours.

    By reference, else by the award it was before or by the reference it had before, else by title.
    """

    def __init__(self, recorded: Recorded) -> None:
        self._free = [one for one in recorded.contracts if one.kind != Contract.Kind.AMENDMENT]
        self._former = {(pk, said) for pk, name, said in recorded.said if name == "reference" and said}
        self._found: dict[int, Contract] = {}

    def found(self, given: PublicContract) -> Contract | None:
        return self._found.get(id(given))

    def recognise(self, given: Sequence[PublicContract]) -> None:
        nodes = [node for top in given for node in (top, *top.work_orders)]
        for node in nodes:
            self._take(
                node, [one for one in self._free if node.reference and one.reference == node.reference]
            )
        for node in nodes:
            self._take(node, [one for one in self._free if node.award and one.reference == node.award])
        for node in nodes:
            self._take(node, [one for one in self._free if (one.pk, node.reference) in self._former])
        for node in nodes:
            self._take(node, [one for one in self._free if not one.reference and one.title == node.title])

    def _take(self, node: PublicContract, candidates: list[Contract]) -> None:
        if len(candidates) == 1 and id(node) not in self._found:
            self._found[id(node)] = candidates[0]
            self._free.remove(candidates[0])
