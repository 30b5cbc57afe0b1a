"""Asserts of tests that say what they compared."""

import _ast

MOST = 200
#: How a comparison reads that does not hold.
SIGNS = {
    _ast.Eq: "!=", _ast.NotEq: "==", _ast.Is: "is not", _ast.IsNot: "is", _ast.In: "not in", _ast.NotIn: "in",
    _ast.Lt: "not <", _ast.LtE: "not <=", _ast.Gt: "not >", _ast.GtE: "not >=",
}
#: Names that no program can write.
LEFT, RIGHT, SAY = "@left", "@right", "@say"
BODIES = ("body", "orelse", "finalbody")

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


def _at(node, like):
    node.lineno, node.col_offset = like.lineno, like.col_offset
    node.end_lineno, node.end_col_offset = like.end_lineno, like.end_col_offset
    return node


def _split(node):
    """`assert a == b` as three statements: both sides are looked at once, in their order."""
    test = node.test
    sides = ((LEFT, test.left), (RIGHT, test.comparators[0]))
    load = lambda name, like: _at(_ast.Name(id=name, ctx=_ast.Load()), like)
    statements = [
        _at(_ast.Assign(targets=[_at(_ast.Name(id=name, ctx=_ast.Store()), side)], value=side, type_comment=None), side)
        for name, side in sides
    ]
    sign = _at(_ast.Constant(value=SIGNS[type(test.ops[0])], kind=None), test)
    arguments = [load(LEFT, test), sign, load(RIGHT, test)]
    if node.msg is not None:
        arguments.append(node.msg)
    call = _at(_ast.Call(func=load(SAY, test), args=arguments, keywords=[]), node.msg or test)
    compared = _at(_ast.Compare(left=load(LEFT, test), ops=test.ops, comparators=[load(RIGHT, test)]), test)
    statements.append(_at(_ast.Assert(test=compared, msg=call), node))
    return statements


def expand(statements):
    """The statements with every assert of a comparison split."""
    made = []
    for node in statements:
        if type(node) is _ast.Assert and type(node.test) is _ast.Compare and len(node.test.ops) == 1:
            made.extend(_split(node))
            continue
        for field in BODIES:
            inner = getattr(node, field, None)
            if type(inner) is list:
                setattr(node, field, expand(inner))
        for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            inner.body = expand(inner.body)
        made.append(node)
    return made


#: All classes of syntax trees, for those who look whether they are as they were.
classes = tuple(found for found in vars(_ast).values() if isinstance(found, type) and issubclass(found, _ast.AST))
