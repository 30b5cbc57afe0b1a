"""Rewrites the asserts of tests so that they say what they compared.

Only where the classes of syntax trees are as they were: a program under test may change them.
"""

import _ast

from parts.own import compile_code, dict_of_class, missing

#: How a comparison reads that does not hold.
SIGNS = {
    _ast.Eq: "!=", _ast.NotEq: "==", _ast.Is: "is not", _ast.IsNot: "is", _ast.In: "not in", _ast.NotIn: "in",
    _ast.Lt: "not <", _ast.LtE: "not <=", _ast.Gt: "not >", _ast.GtE: "not >=",
}
#: Names that no program can write.
LEFT, RIGHT, SAY = "@left", "@right", "@say"
BODIES = ("body", "orelse", "finalbody")
ONLY_TREE, TOP_LEVEL_AWAIT = 0x400, 0x2000

#: The classes of syntax trees with their members.
shapes = tuple(
    (dict_of_class(found), tuple(dict_of_class(found).items()))
    for found in vars(_ast).values()
    if isinstance(found, type) and issubclass(found, _ast.AST)
)


def _trees_are_sound():
    """Whether nobody has changed what syntax trees are."""
    for live, members in shapes:
        if len(live) != len(members):
            return False
        for name, value in members:
            if live.get(name, missing) is not value:
                return False
    return True


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


def _expand(statements):
    """The statements with every assert of a comparison split."""
    made = []
    for node in statements:
        if type(node) is _ast.Assert and type(node.test) is _ast.Compare and len(node.test.ops) == 1:
            made.extend(_split(node))
            continue
        for field in BODIES:
            inner = getattr(node, field, None)
            if type(inner) is list:
                setattr(node, field, _expand(inner))
        for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            inner.body = _expand(inner.body)
        made.append(node)
    return made


#: Statements that do nothing by themselves.
INERT = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef, _ast.Import, _ast.ImportFrom, _ast.Pass)


def _is_comparison(node):
    """Whether an expression says true or false and does nothing else."""
    if type(node) is _ast.BoolOp:
        return all([_is_comparison(value) for value in node.values])
    return type(node) is _ast.Compare or (type(node) is _ast.UnaryOp and type(node.op) is _ast.Not)


def _is_plain(node):
    """Whether an expression calls nothing."""
    if type(node) is _ast.Dict:
        return all([_is_plain(item) for item in (*node.keys, *node.values)])
    if type(node) in (_ast.List, _ast.Tuple, _ast.Set):
        return all([_is_plain(item) for item in node.elts])
    return node is None or type(node) in (_ast.Constant, _ast.Lambda)


def _is_inert(node):
    if type(node) is _ast.Expr:
        return type(node.value) is _ast.Constant
    if type(node) is _ast.If and type(node.test) is _ast.Compare and type(node.test.left) is _ast.Name:
        # What stands there does not run.
        return node.test.left.id == "__name__" and not node.orelse
    if type(node) in (_ast.Assign, _ast.AnnAssign):
        return _is_plain(node.value)
    return type(node) in INERT


def idle(source, file):
    """
    Whether a test could fail: None where it may, else `comparison`, where its last statement compares and nothing looks at
    what comes of it, or `definitions`, where it only defines.
    """
    if not _trees_are_sound():
        return None
    tree = compile_code(source, file, "exec", (TOP_LEVEL_AWAIT if "await" in source else 0) | ONLY_TREE, True)
    if not tree.body or all([_is_inert(node) for node in tree.body]):
        return "definitions"
    last = tree.body[-1]
    return "comparison" if type(last) is _ast.Expr and _is_comparison(last.value) else None


def compiled(source, file):
    """The code of a test."""
    flags = TOP_LEVEL_AWAIT if "await" in source else 0
    # First as it is: an error of syntax has its place in the text as it was written.
    code = compile_code(source, file, "exec", flags, True)
    if "assert" in source and _trees_are_sound():
        tree = compile_code(source, file, "exec", flags | ONLY_TREE, True)
        tree.body = _expand(tree.body)
        code = compile_code(tree, file, "exec", flags, True)
    return code
