"""Waiting for what a function of the user returned."""

from types import CoroutineType

from parts.loop import drive
from parts.own import is_a, mro_of
from parts.problems import Problem


close = CoroutineType.close


async def _hold(awaitable, box):
    box.append(await awaitable)


def settled(value):
    """The value itself, or what an awaitable gives. What the loop says does not count: the result is in the box."""
    if type(value) is not CoroutineType and not _has_await(value):
        return value
    box = []
    holder = _hold(value, box)
    drive(holder)
    if not box:
        close(holder)
        if type(value) is CoroutineType:
            close(value)
        raise Problem("exception", "the coroutine was never finished", "RuntimeError")
    return box[0]


def _has_await(value):
    if value is None or is_a(value, bool, int, float, str, dict, list, tuple):
        return False
    for cls in mro_of(type(value)):
        if "__await__" in cls.__dict__:
            return True
    return False
