"""What a program finds instead of a machine: errors that say what there is not."""

import builtins
import gc
import io
import os
import random
import sys
import threading

from parts.capture import stream


def _open(file, mode="r", *args, **kwargs):
    name = file if isinstance(file, (str, bytes)) else os.fspath(file) if hasattr(file, "__fspath__") else repr(file)
    if isinstance(mode, str) and any(letter in mode for letter in "wax+"):
        raise PermissionError(13, "the sandbox has no files, nothing can be written", name)
    raise FileNotFoundError(2, "the sandbox has no files, nothing can be read", name)


def _input(prompt="", /):
    raise EOFError("input() has nothing to read: the sandbox gives a program no input")


def _exit(status=0):
    raise SystemExit(status)


def _start_thread(*args, **kwargs):
    raise RuntimeError("the sandbox has no threads; call the function directly")


def _no_signal(*args):
    # A handler would be shown the frame that runs.
    raise ValueError("the sandbox has no signals")


def _no_builtin(spec):
    # They are all there; one made anew would have what is replaced here.
    raise ImportError(f"the sandbox makes no second `{spec.name}`", name=spec.name)


def _set_debug(flags):
    raise ValueError("the sandbox shows no garbage")


def _writer(write):
    def os_write(fd, data, /):
        if fd in (1, 2):
            (sys.__stdout__ if fd == 1 else sys.__stderr__).buffer.write(data)
            return len(data)
        return write(fd, data)

    return os_write


def install():
    """Puts it all in place."""
    import _imp
    import _io
    import _signal
    import _thread
    import posix
    import signal

    for function, name, places in (
        (_open, "open", (builtins, io, _io)),
        (_input, "input", (builtins,)),
        (_exit, "_exit", (os, posix)),
        (_writer(os.write), "write", (os, posix)),
        (_no_signal, "signal", (_signal, signal)),
        (_no_signal, "raise_signal", (_signal, signal)),
        (_no_signal, "kill", (os, posix)),
        (_set_debug, "set_debug", (gc,)),
        (_no_builtin, "create_builtin", (_imp,)),
        (_start_thread, "start_new_thread", (_thread,)),
        (_start_thread, "start_joinable_thread", (_thread,)),
        (_start_thread, "_start_joinable_thread", (threading,)),
    ):
        function.__name__ = function.__qualname__ = name
        for place in places:
            setattr(place, name, function)
    os.environ.clear()
    sys.dont_write_bytecode = True
    random.seed(0)
    fresh()


def fresh():
    """New streams for a request; gives both."""
    sys.argv = ["program"]
    out, err = stream("<stdout>"), stream("<stderr>")
    sys.stdout = sys.__stdout__ = out
    sys.stderr = sys.__stderr__ = err
    return out, err


def no_input():
    """An empty stdin."""
    sys.stdin = sys.__stdin__ = io.StringIO("")
