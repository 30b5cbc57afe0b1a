"""The guest's half of the protocol: one request as JSON in, one answer as JSON out."""

import gc
import json
import os
import sys

from parts.answer import answer
from parts.capture import take
from parts.errors import describe
from parts.heap import fill as fill_heap, note as note_objects
from parts.pristine import remember
from parts.library import fill, seal
from parts.loop import install as install_loop
from parts.own import modules, plain, recursion_limit, scan, set_recursion_limit
from parts.problems import Problem
from parts.program import beside, forget
from parts.score import score
from parts.session import call, load, test
from parts.warm import warm
from parts.world import fresh, install, no_input

ACTIONS = {"score": score, "load": load, "test": test, "call": call}
#: What ties the component to its host; user code could answer in the guest's place.
HIDDEN = ("app", "wit_world", "componentize_py_types", "componentize_py_async_support", "componentize_py_runtime", "poll_loop")

#: The file that an error without a place of its own belongs to: a call has none but that of the loaded program.
last_file = ["program"]


def _file_of(request):
    program = request.get("program")
    if type(program) is dict:
        last_file[0] = program["file"]
        return last_file[0]
    return request.get("file") or last_file[0]


def _out_of_memory(file):
    return {
        "kind": "memory", "type": "MemoryError", "bases": [], "message": "the memory limit is reached", "file": file, "line": None,
        "column": None, "text": None, "trace": [],
    }


def _perform(request, file):
    """The value as JSON text, or the error."""
    try:
        action = ACTIONS.get(request.get("do"))
        if action is None:
            raise Problem("exception", f"the guest does not know the request `{request.get('do')}`", "Error")
        return action(request), None
    except BaseException as error:
        set_recursion_limit(recursion_limit)
        try:
            return "null", describe(error, file)
        except MemoryError:
            pass
    # The frames, and what they held, are gone only here.
    return "null", _out_of_memory(file)


def run(text):
    """One request."""
    for name in HIDDEN:
        modules.pop(name, None)
    return respond(text)


def respond(text):
    """The same, while the component is being built."""
    set_recursion_limit(recursion_limit)
    request, _ = scan(text, 0)
    out, err = fresh()
    value, error = _perform(request, _file_of(request))
    set_recursion_limit(recursion_limit)
    stdout, cut_out = take(out)
    stderr, cut_err = take(err)
    return answer(value, error, plain(stdout), plain(stderr), cut_out is True or cut_err is True)


def _start():
    """What is done once. An error here is printed by those who build the component."""
    streams = sys.stdout, sys.stderr
    try:
        _prepare()
    except BaseException:
        sys.stdout, sys.stderr = streams
        raise


def _prepare():
    fill(os.path.dirname(os.path.dirname(json.__file__)))
    install_loop()
    install()
    no_input()
    seal(beside)
    warm(respond)
    forget()
    remember()


def finish():
    """The last thing before the snapshot, when nothing is left that would go and leave gaps in the heap."""
    gc.collect()
    fill_heap()
    note_objects()
    gc.freeze()
    gc.disable()


_start()
