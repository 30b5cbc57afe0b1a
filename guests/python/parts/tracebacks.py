"""Tracebacks for programs under test, without the frames, which would lead to the tests.

The guard denies frames to everybody but the functions of this part. They hand on names and lines only, and give no
frame to any function: a program may replace those.
"""

import itertools
import logging
import traceback
from types import SimpleNamespace
from unittest import result


def stand_in(file, name, qualified, line, module, loader):
    """What is shown instead of a frame."""
    code = SimpleNamespace(co_filename=file, co_name=name, co_qualname=qualified, co_firstlineno=line, co_consts=())
    space = {"__name__": module, "__loader__": loader}
    return SimpleNamespace(f_code=code, f_globals=space, f_locals={}, f_lineno=line, f_back=None, clear=lambda: None)


def walk_tb(tb):
    while tb is not None:
        frame = tb.tb_frame
        code = frame.f_code
        space = frame.f_globals
        names = code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno
        yield stand_in(*names, space.get("__name__"), space.get("__loader__")), tb.tb_lineno
        tb = tb.tb_next


def _walk_tb_with_full_positions(tb):
    while tb is not None:
        frame = tb.tb_frame
        code = frame.f_code
        space = frame.f_globals
        names = code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno
        positions = next(itertools.islice(code.co_positions(), max(tb.tb_lasti, 0) // 2, None), (None,) * 4)
        if positions[0] is None:
            positions = (tb.tb_lineno, *positions[1:])
        yield stand_in(*names, space.get("__name__"), space.get("__loader__")), positions
        tb = tb.tb_next


def walk_stack(f):
    return iter(())


def clear_frames(tb):
    pass


def _compute_suggestion_error(exc_value, tb, wrong_name):
    return None


def _is_relevant_tb_level(self, tb):
    return "__unittest" in tb.tb_frame.f_globals


def install():
    """Puts them in the place of those of the library; gives the names of its modules that it changed."""
    for function in (walk_tb, _walk_tb_with_full_positions, walk_stack, clear_frames, _compute_suggestion_error):
        setattr(traceback, function.__name__, function)
    result.TestResult._is_relevant_tb_level = _is_relevant_tb_level
    # Log records then name no place of their making.
    logging.currentframe = lambda: None
    return "traceback", "unittest.result", "logging"


#: The code that may read frames.
trusted = tuple(function.__code__ for function in (walk_tb, _walk_tb_with_full_positions, _is_relevant_tb_level))
