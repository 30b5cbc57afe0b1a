"""Keeps programs under test away from their tests, and tests from what programs did to the library.

Frames are the way from a function of the program to the test that calls it. CPython tells its audit hooks whenever
somebody gets hold of a frame, and a hook can neither be removed nor be seen by Python code.
"""

import _ast  # noqa: F401
import sys

from parts.asserts import classes
from parts.own import Code, Module, dict_of_class, dict_of_module, is_a, missing, modules
from parts.tracebacks import install, trusted

DENIED = frozenset((
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace", "sys.setprofile", "sys.addaudithook",
    "sys.monitoring.register_callback", "gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys.remote_exec",
))
ATTRIBUTES = frozenset((
    "tb_frame", "gi_frame", "cr_frame", "ag_frame", "gi_code", "cr_code", "ag_code", "f_code",
))
getframe = sys._getframe
add_hook = sys.addaudithook
#: The code that may get frames, held so that no other gets its identity.
kept = list(trusted)


def _watcher():
    """The hook."""
    own = False
    ids = set()

    def watch(event, args):
        nonlocal own
        if event == "object.__getattr__":
            if args[1] not in ATTRIBUTES:
                return
        elif event not in DENIED:
            return
        if own:
            return
        own = True
        try:
            caller = getframe(1)
            code = id(caller.f_code)
            caller = None
        finally:
            own = False
        if code not in ids:
            raise AttributeError("the sandbox shows no frames to a program under test")

    return watch, ids


armed = []
STREAMS = ("stdout", "stderr", "stdin", "__stdout__", "__stderr__", "__stdin__")


def arm(readers):
    """Closes the frames to all code but that of `readers`. Once is enough: there is no way back."""
    if armed:
        return
    armed.append(True)
    install()
    sys.modules["logging"].currentframe = lambda: None
    watch, ids = _watcher()
    kept.extend(reader.__code__ for reader in readers)
    ids.update(map(id, kept))
    add_hook(watch)


#: Modules as they were, with their names.
snapshot = {}
#: The same by identity.
names_by_id = {}


def remember():
    """Takes down how the library looks. Called once, before any user code."""
    for name, module in list(modules.items()):
        if type(module) is Module and name not in ("__main__", "app", "builtins"):
            snapshot[name] = (module, dict(dict_of_module(module)))
            names_by_id[id(module)] = name


def _restore(name):
    module, names = snapshot[name]
    modules[name] = module
    space = dict_of_module(module)
    if name == "sys":
        names = {**names, **{stream: space[stream] for stream in STREAMS if stream in space}}
    space.clear()
    space.update(names)


def restore_for(code, space):
    """Undoes what was done to the modules that a code uses by name."""
    wanted = set()
    stack = [code]
    while stack:
        code = stack.pop()
        stack.extend(const for const in code.co_consts if type(const) is Code)
        for name in code.co_names:
            value = space.get(name, missing)
            if type(value) is Module and id(value) in names_by_id:
                wanted.add(names_by_id[id(value)])
            if name in snapshot:
                wanted.add(name)
            while "." in name:
                name = name.rpartition(".")[0]
                if name in snapshot:
                    wanted.add(name)
    for name in wanted:
        _restore(name)


#: The classes of syntax trees with their members.
shapes = tuple((dict_of_class(cls), tuple(dict_of_class(cls).items())) for cls in classes)


def trees_are_sound():
    """Whether nobody has changed what syntax trees are."""
    for live, members in shapes:
        if len(live) != len(members):
            return False
        for name, value in members:
            if live.get(name, missing) is not value:
                return False
    return True
