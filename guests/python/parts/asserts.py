"""What an assert of a test says when it does not hold. The test holds this function, and may hand it on."""

MOST = 200
integer_bits = int.bit_length
digits = int.__repr__
cut = str.__getitem__
join = "".join


def short(value, depth=0):
    """A text for a value of any kind, bounded in length; what its own `__repr__` does is its own affair."""
    kind = type(value)
    if kind is int:
        return digits(value) if integer_bits(value) < 600 else f"<int of {integer_bits(value)} bits>"
    if kind is str:
        return repr(value) if len(value) <= MOST else f"{repr(value[:MOST])}..."
    if kind is bytes:
        return repr(value) if len(value) <= MOST else f"{repr(value[:MOST])}..."
    if kind in (list, tuple, set, frozenset, dict) and depth < 4:
        return _items(value, kind, depth)
    try:
        return cut(repr(value), slice(0, MOST))
    except BaseException:
        return f"<{type.__dict__['__name__'].__get__(kind)} whose text cannot be read>"


def _items(value, kind, depth):
    parts = []
    length = 0
    for item in value.items() if kind is dict else value:
        if kind is dict:
            parts.append(f"{short(item[0], depth + 1)}: {short(item[1], depth + 1)}")
        else:
            parts.append(short(item, depth + 1))
        length += len(parts[-1]) + 2
        if length > MOST:
            parts.append("...")
            break
    inner = ", ".join(parts)
    if kind is list:
        return f"[{inner}]"
    if kind is tuple:
        return f"({inner},)" if len(parts) == 1 else f"({inner})"
    if kind is dict:
        return f"{{{inner}}}"
    if not parts:
        return f"{kind.__name__}()"
    return f"{{{inner}}}" if kind is set else f"frozenset({{{inner}}})"


def say(left, sign, right, *message):
    """The message of an assert that does not hold."""
    if sign.startswith("not ") and sign != "not in":
        text = f"not {short(left)} {sign[4:]} {short(right)}"
    else:
        text = f"{short(left)} {sign} {short(right)}"
    return f"{message[0]} ({text})" if message else text
