"""`do: load`, `do: test` and `do: call`: a program, and what is tried on it."""

from parts.answer import encode
from parts.asserts import say
from parts.calls import settled
from parts.errors import _frames
from parts.guard import arm
from parts.own import Function, Module, class_name, dict_of_module, evaluate, execute, file_stem, missing, pristine
from parts.problems import Problem
from parts.pristine import restore_for
from parts.program import run_module
from parts.rewrite import SAY, compiled
from parts.source import keep

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
    code = compiled(source, file)
    restore_for(code, space)
    if code.co_flags & COROUTINE:
        settled(evaluate(code, space))
    else:
        execute(code, space)
    _run_defined(space)
    check = space.get("check", missing)
    if type(entry) is str and check is not missing and check is not theirs and callable(check):
        settled(check(_entry(entry)))
    return "null"


def _run_defined(space):
    """Runs what pytest and unittest would: a text that only defines its tests would pass whatever the program does."""
    theirs = _space()
    for name, value in list(space.items()):
        if theirs.get(name, missing) is value:
            continue
        if type(value) is Function:
            if name.startswith("test_") and not value.__code__.co_argcount and not value.__code__.co_kwonlyargcount:
                settled(value())
        elif type(value) is type and any(base.__name__ == "TestCase" for base in value.__mro__):
            for method in dir(value):
                if method.startswith("test") and callable(getattr(value, method)):
                    value(method).debug()


def call(request):
    """Calls a function of the program; gives JSON text."""
    return encode(settled(_entry(request["entry"])(*(request.get("args") or ()))))
