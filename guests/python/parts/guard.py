"""Keeps programs under test away from their tests.

Frames are the way from a function of the program to the test that calls it. CPython tells its audit hooks whenever
somebody gets hold of a frame, and a hook can neither be removed nor be seen by Python code.
"""

import sys

from parts.pristine import remember
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


def arm(readers):
    """Closes the frames to all code but that of `readers`. Once is enough: there is no way back."""
    if armed:
        return
    armed.append(True)
    remember(install())
    watch, ids = _watcher()
    kept.extend(reader.__code__ for reader in readers)
    ids.update(map(id, kept))
    add_hook(watch)
