"""Readies the heap for the snapshot, so that a call writes to few pages and those lie side by side.

Every page that a call writes to is put back before the next. Two things would spread writes all over the memory: counts of
references to what is there already, and new objects in the gaps between old ones.
"""

import gc
from array import array
from types import CodeType

#: Marks the table in the snapshot, backwards: the text itself is part of the snapshot too.
MARK = b"hcneb :stcejbo fo elbat"
#: Bytes before the content of a `bytes`, with the zero at its end.
HEAD = 17
#: Blocks for gaps, the largest first: what one leaves of a gap is for the smaller ones.
SIZES = (*(1 << bits for bits in range(20, 9, -1)), *range(512, 0, -8))

#: Bytes in blocks of a size beyond the end of the heap that show that no gap is left for it. Small ones are kept there too:
#: else the same would come again.
ENOUGH, SMALL = 64 << 10, 512
#: Addresses are multiples of it.
ALIGNED = 8

#: What fills the gaps, and the table.
held = []


def _members(value):
    """What a value refers to and the collector does not tell."""
    if type(value) is dict:
        return list(value)
    if type(value) is CodeType:
        # Some of the tuples are made for who asks.
        return [
            value.co_consts, value.co_names, *value.co_varnames, *value.co_freevars, *value.co_cellvars, value.co_filename,
            value.co_name, value.co_qualname, value.co_linetable, value.co_exceptiontable,
        ]
    return ()


def _objects():
    """Pairs of addresses, of each object that there is and of its type."""
    # First, so that what comes now is not among them.
    waiting = gc.get_objects()
    pairs = array("I")
    # One piece, which leaves no gaps: a set would be of as many numbers as there are objects. What is made from here on may
    # lie behind it.
    seen = bytearray(id(bytes(SIZES[0])) // ALIGNED)
    while waiting:
        value = waiting.pop()
        place = id(value) // ALIGNED
        if place >= len(seen) or seen[place]:
            continue
        seen[place] = 1
        pairs.append(id(value))
        pairs.append(id(type(value)))
        waiting += gc.get_referents(value)
        waiting += _members(value)
    return pairs


def fill():
    """Takes all gaps before the end of the heap. Without pools of its own (WASI) Python takes all memory from `malloc`."""
    # Code makes some of its members when they are asked for, and keeps them.
    _objects()
    end = id(bytes(SIZES[0]))
    for size in SIZES:
        beyond = 0
        while beyond < ENOUGH:
            # The smallest blocks are plain objects, the next are numbers.
            block = bytes(size - HEAD) if size > 16 else float(size) if size == 16 else object()
            if id(block) >= end:
                beyond += size
            if id(block) < end or size <= SMALL:
                held.append(block)


def note():
    """
    Leaves a table of all objects for those who build the component, who make the objects immortal: references to them are
    not counted. What is gone by then is no longer of the type. What this function uses lies behind the heap, and is the
    room that calls find.
    """
    pairs = _objects()
    mark = bytes(reversed(MARK))
    held.append(b"".join((mark, (len(pairs) // 2).to_bytes(4, "little"), pairs, mark)))
