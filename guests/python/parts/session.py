"""`do: load`, `do: test` and `do: call`: a program, and what is tried on it."""

from parts.answer import encode
from parts.asserts import say
from parts.calls import settled
from parts.errors import _frames
from parts.guard import arm
from parts.own import (
    Function, Module, class_name, dict_of_module, evaluate, execute, file_stem, is_a, missing, mro_of, pristine,
)
from parts.problems import Problem
from parts.pristine import restore_for
from parts.program import run_module
from parts.rewrite import SAY, compiled, idle
from parts.source import keep

COROUTINE = 0x80
RUNS = "functions `test_*` without parameters, classes `Test*` without `__init__` and classes of unittest are"

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
        listing = "it defines no names"
        if own:
            listing = f"its names are {', '.join(own[:30])}" if len(own) > 1 else f"its only name is {own[0]}"
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
    doubt = idle(source, file)
    if doubt == "comparison":
        raise Problem("idle", "it compares and asserts nothing; write `assert` before the comparison", "")
    restore_for(code, space)
    if code.co_flags & COROUTINE:
        settled(evaluate(code, space))
    else:
        execute(code, space)
    defined = _defined(space, doubt == "definitions")
    for runner, what in defined:
        runner(what)
    check = space.get("check", missing)
    own_check = check is not missing and check is not theirs and callable(check)
    if type(entry) is str and own_check:
        settled(check(_entry(entry)))
    elif doubt is not None and not defined:
        why = "its `check` is called where the case has `entry`" if own_check else RUNS
        raise Problem("idle", f"it only defines, and nothing of it is run; {why}", "")
    return "null"


def _defined(space, all_of_it):
    """
    What pytest and unittest would run of the text: pairs of a runner and what it runs. A mark or a parameter that keeps one
    from running is a mistake of the test. `all_of_it` says that the text does nothing else, so that a test with parameters
    is one that nobody calls.
    """
    theirs = _space()
    found = []
    for name, value in list(space.items()):
        if theirs.get(name, missing) is value:
            continue
        if type(value) is Function:
            if name.startswith("test_") and _takes_nothing(value, 0):
                found.append((_run_function, value))
            elif name.startswith("test_") and all_of_it:
                raise Problem("idle", f"`{name}` takes parameters; there are no fixtures here", "")
        elif is_a(value, type):
            if any([base.__name__ == "TestCase" for base in mro_of(value)]):
                runner, check = _run_case, _check_case
            elif name.startswith("Test") and _member(value, "__init__") is None:
                runner, check = _run_class, _check_class
            else:
                continue
            names = _methods(value)
            check(value, names)
            if names:
                found.append((runner, value))
    return found


def _run_function(function):
    settled(function())


def _takes_nothing(function, bound):
    code = function.__code__
    required = code.co_argcount - bound - len(function.__defaults__ or ())
    return required <= 0 and code.co_kwonlyargcount == len(function.__kwdefaults__ or ())


def _member(cls, name):
    for base in mro_of(cls):
        if name in base.__dict__ and base is not object:
            return base.__dict__[name]
    return None


def _methods(cls):
    """The names of its tests, in the order in which they stand."""
    names = []
    for base in reversed(mro_of(cls)):
        names.extend([name for name in base.__dict__ if name.startswith("test") and name not in names])
    return [name for name in names if callable(getattr(cls, name))]


def _check_case(cls, names):
    for name in names:
        if getattr(cls, "__unittest_skip__", False) or getattr(getattr(cls, name), "__unittest_skip__", False):
            raise Problem("idle", f"`{cls.__name__}.{name}` is skipped, so it tests nothing; remove the mark", "")


def _run_case(cls):
    """The tests of a class of unittest."""
    cls.setUpClass()
    for name in _methods(cls):
        cls(name).debug()
    cls.tearDownClass()
    cls.doClassCleanups()


def _check_class(cls, names):
    for name in names:
        if not _runs_alone(_member(cls, name)):
            raise Problem("idle", f"`{cls.__name__}.{name}` takes parameters; there are no fixtures here", "")


def _run_class(cls):
    """The tests of a class as pytest finds them, each with an object of its own."""
    _prepare(cls, "setup_class", None)
    for name in _methods(cls):
        made = cls()
        method = getattr(made, name)
        _prepare(made, "setup_method", method)
        settled(method())
        _prepare(made, "teardown_method", method)
    _prepare(cls, "teardown_class", None)


def _runs_alone(member):
    if type(member) is staticmethod:
        return type(member.__func__) is Function and _takes_nothing(member.__func__, 0)
    if type(member) is classmethod:
        member = member.__func__
    return type(member) is Function and _takes_nothing(member, 1)


def _prepare(holder, name, argument):
    """Calls a method around tests, with the test where it takes one."""
    method = getattr(holder, name, None)
    if method is None:
        return
    inner = getattr(method, "__func__", method)
    code = inner.__code__ if type(inner) is Function else None
    bound = 1 if inner is not method else 0
    if code is not None and code.co_argcount > bound and argument is not None:
        method(argument)
    else:
        method()


def call(request):
    """Calls a function of the program; gives JSON text."""
    return encode(settled(_entry(request["entry"])(*(request.get("args") or ()))))
