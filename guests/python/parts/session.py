"""`do: load`, `do: test` and `do: call`: a program, and what is tried on it."""

from parts.answer import encode
from parts.asserts import SAY, expand, say
from parts.calls import settled
from parts.errors import _frames
from parts.guard import arm, restore_for, trees_are_sound
from parts.own import Module, class_name, compile_code, dict_of_module, evaluate, execute, file_stem, missing, pristine
from parts.problems import Problem
from parts.program import run_module
from parts.source import keep

ONLY_TREE, TOP_LEVEL_AWAIT = 0x400, 0x2000
COROUTINE = 0x80

loaded = []


def load(request):
    """Runs a program and keeps its names."""
    arm([_frames])
    loaded.clear()
    run_module(request["program"], request.get("modules"), loaded.append)
    return "null"


def _space():
    return dict_of_module(loaded[0]) if loaded else {}


def _entry(name):
    space = _space()
    found = space.get(name, missing)
    if found is missing:
        own = [key for key, value in space.items() if not key.startswith("_") and type(value) is not Module]
        listing = f"its names are {', '.join(own[:30])}" if own else "it defines no names"
        raise Problem("missing", f"the program has no `{name}`: {listing}", "NameError")
    if not callable(found):
        raise Problem("missing", f"`{name}` of the program is no function but a {class_name(found)}", "TypeError")
    return found


def _compiled(source, file):
    """The code of a test, whose asserts say what they compared."""
    flags = TOP_LEVEL_AWAIT if "await" in source else 0
    # First as it is: an error of syntax has its place in the text as it was written.
    code = compile_code(source, file, "exec", flags, True)
    if "assert" in source and trees_are_sound():
        tree = compile_code(source, file, "exec", flags | ONLY_TREE, True)
        tree.body = expand(tree.body)
        code = compile_code(tree, file, "exec", flags, True)
    return code


def test(request):
    """Runs test text among the program's names, which it may give other values; then its own `check`, if it has one."""
    source = request.get("source") or ""
    file = request.get("file") or "tests"
    entry = request.get("entry")
    keep(file, source)
    space = dict(_space())
    theirs = space.get("check", missing)
    # Builtins as they were, whatever the program made of them.
    space["__builtins__"] = dict(pristine)
    space["__name__"] = file_stem(file, "tests")
    space["__file__"] = file
    space[SAY] = say
    code = _compiled(source, file)
    restore_for(code, space)
    if code.co_flags & COROUTINE:
        settled(evaluate(code, space))
    else:
        execute(code, space)
    check = space.get("check", missing)
    if type(entry) is str and check is not missing and check is not theirs and callable(check):
        settled(check(_entry(entry)))
    return "null"


def call(request):
    """Calls a function of the program; gives JSON text."""
    return encode(settled(_entry(request["entry"])(*(request.get("args") or ()))))
