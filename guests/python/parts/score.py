"""`do: score`: a scorer file or the inline text of a task."""

import _ast

from parts.answer import encode
from parts.calls import settled
from parts.errors import INLINE
from parts.own import (
    Function, Method, Module, compile_code, dict_of_module, evaluate, execute, is_a, live_builtins,
    missing, safe_str,
)
from parts.problems import Problem
from parts.program import run_module
from parts.source import keep

ENTRIES = ("get_assert", "grade", "score")
NAMES = ("output", "context", "golden", "vars", "config", "meta", "json", "prompt")
#: What a result may hold, by its name in the answer.
FIELDS = (
    ("pass", ("pass", "pass_", "passed")), ("score", ("score",)), ("reason", ("reason",)),
    ("named", ("named", "namedScores", "named_scores")),
)
UNUSED = "put the function into a file (`file: scorers/mine.py`), or return a value"
NOTHING = "the scorer returned nothing (None); return a number, True or False, or a dict with `score`, `pass` and `reason`"

ONLY_TREE = 0x400
VARARGS, VARKEYWORDS = 0x04, 0x08


def _names(request):
    context = request.get("context")
    if type(context) is not dict:
        context = {}
    names = {"output": request.get("output"), "context": context}
    for name in NAMES[2:]:
        names[name] = context.get(name)
    return names


def _invoke(function, names):
    """Calls a scorer's function with as much as it takes."""
    output, context = names["output"], names["context"]
    inner, bound = function, 0
    if type(inner) is Method:
        inner, bound = inner.__func__, 1
    if type(inner) is not Function:
        return function(output, context)
    code = inner.__code__
    first, count = code.co_varnames, code.co_argcount
    positional = first[bound:count]
    required = count - bound - len(inner.__defaults__ or ())
    extra = {}
    for index, name in enumerate(positional[2:], 2):
        if name in names and index < required:
            extra[name] = names[name]
    for name in first[count : count + code.co_kwonlyargcount]:
        if name in names:
            extra[name] = names[name]
    if code.co_flags & VARKEYWORDS:
        taken = first[: count + code.co_kwonlyargcount]
        for name in NAMES[2:]:
            if name not in taken:
                extra[name] = names[name]
    if len(positional) >= 2 or code.co_flags & VARARGS:
        return function(output, context, **extra)
    if len(positional) == 1:
        return function(output, **extra)
    if code.co_flags & VARKEYWORDS:
        extra["output"], extra["context"] = output, context
    return function(**extra)


def _entry(space, entry, file):
    wanted = ENTRIES if entry is None else (entry,)
    for name in wanted:
        found = space.get(name, missing)
        if found is not missing and callable(found):
            return found
    own = [name for name, value in space.items() if not name.startswith("_") and type(value) is not Module and callable(value)]
    listing = "it defines no functions"
    if own:
        listing = f"its functions are {', '.join(own[:30])}" if len(own) > 1 else f"its only function is {own[0]}"
    if entry is not None:
        raise Problem("missing", f"{file} has no function `{entry}`: {listing}", "NameError")
    raise Problem(
        "missing",
        f"{file} has no function to call: {listing}; write `def get_assert(output, context):` or name one with `entry`",
        "NameError",
    )


def _inline(program, names):
    """
    An expression if it is one, else the body of a function. Gives the value, and the name of the last function that the
    text defines at its top.
    """
    file, source = program["file"], program["source"]
    if source.strip() == "":
        raise Problem("missing", "the inline program is empty", "ValueError")
    keep(file, source)
    if names["json"] is None or "json.loads" in source or "json.dumps" in source:
        # No parsed answer, or one that is not meant: the module, which inline code of promptfoo finds under this name.
        import json

        names["json"] = json
    space = {"__name__": "inline", "__builtins__": live_builtins}
    # What returns is no expression; where the word is part of one, the lines below give its value as well.
    if "\n" not in source.strip() and "await" not in source and "return" not in source:
        try:
            code = compile_code(source.strip(), file, "eval", dont_inherit=True)
        except SyntaxError:
            pass
        else:
            if not source.startswith((" ", "\t")):
                space.update(names)
                return evaluate(code, space), None
    tree = compile_code(source, file, "exec", ONLY_TREE, True)
    body = tree.body
    unused = None
    for node in body:
        if type(node) in (_ast.FunctionDef, _ast.AsyncFunctionDef):
            unused = node.name
    if not body:
        raise Problem("missing", "the inline program holds nothing but comments", "ValueError")
    last = body[-1]
    if type(last) is _ast.Expr:
        body[-1] = _returned(last)
    place = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
    arguments = _ast.arguments(
        posonlyargs=[], args=[_ast.arg(arg=name, annotation=None, type_comment=None, **place) for name in NAMES],
        vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[],
    )
    kind = _ast.AsyncFunctionDef if "await" in source or "async " in source else _ast.FunctionDef
    wrapper = kind(
        name=INLINE, args=arguments, body=body, decorator_list=[], returns=None, type_comment=None, type_params=[], **place
    )
    tree.body = [wrapper]
    execute(compile_code(tree, file, "exec", 0, True), space)
    return settled(space.pop(INLINE)(**names)), unused


def _returned(node):
    return _ast.Return(
        value=node.value, lineno=node.lineno, col_offset=node.col_offset, end_lineno=node.end_lineno,
        end_col_offset=node.end_col_offset,
    )


def score(request):
    """Scores; gives JSON text."""
    program = request["program"]
    names = _names(request)
    unused = None
    if program.get("form") == "inline":
        value, unused = _inline(program, names)
        value = settled(value)
        if type(value) is Function:
            value = settled(_invoke(value, names))
    else:
        module = run_module(program, request.get("modules"))
        function = _entry(dict_of_module(module), program.get("entry"), program["file"])
        value = settled(_invoke(function, names))
    return _encode(value, unused)


def _encode(value, unused=None):
    """JSON of what a scorer returned; `unused` is a function of an inline program that was never called."""
    if value is None:
        raise Problem("value", NOTHING if unused is None else f"the code defines `{unused}` and returns nothing; {UNUSED}", "ValueError")
    if is_a(value, dict):
        found = _fields(lambda name: value.get(name, missing), value)
        return encode(value if found is None else found)
    if is_a(value, tuple) and hasattr(value, "_fields"):
        found = _fields(lambda name: getattr(value, name, missing), value._fields)
    elif is_a(value, bool, int, float, str, list, tuple, type) or type(value).__module__ == "builtins":
        found = None
    else:
        found = _fields(lambda name: getattr(value, name, missing), None)
    return encode(value if found is None else found)


def _fields(read, present):
    """The members of a result that count, or None where it has none of them."""
    found = {}
    for name, spellings in FIELDS:
        for spelling in spellings:
            if present is not None and spelling not in present:
                continue
            value = read(spelling)
            # A score that is None is sent: the host says that there is none. Only one that is not there may be left out.
            if value is not missing and (value is not None or name == "score"):
                found[name] = value
                break
    if "score" not in found and "pass" not in found:
        return None
    reason = found.get("reason")
    if reason is not None and not is_a(reason, str):
        found["reason"] = safe_str(reason, 8000)
    return found
