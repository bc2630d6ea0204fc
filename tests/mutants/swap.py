"""Changing a function's source in the running process, and putting it back."""

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any


class StaleMutant(AssertionError):
    """The text that a mutant wants to change is no longer in the function: the mutant proves nothing any more."""


@dataclass(frozen=True)
class Change:
    """Texts of one function and what takes their place."""

    function: Callable[..., Any]
    texts: tuple[tuple[str, str], ...]


@contextmanager
def changed(changes: Iterable[Change]) -> Iterator[None]:
    """The functions with other code inside the block; whoever imported them gets the changed one, too."""
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(_swapped(change))
        yield


@contextmanager
def _swapped(change: Change) -> Iterator[None]:
    function = inspect.unwrap(change.function)
    assert isinstance(function, FunctionType)
    kept = function.__code__
    function.__code__ = _recompiled(function, change.texts)
    try:
        yield
    finally:
        function.__code__ = kept


def _recompiled(function: FunctionType, texts: Iterable[tuple[str, str]]) -> Any:
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]  # without decorators: they hold the function itself
    for old, new in texts:
        if source.count(old) != 1:
            raise StaleMutant(f"{function.__qualname__}: {old!r} is there {source.count(old)} times")
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(compile(source, f"<mutant of {function.__qualname__}>", "exec"), function.__globals__, made)
    code = made[function.__name__].__code__
    assert code.co_freevars == function.__code__.co_freevars
    return code
