"""What went wrong, in the words of the protocol: kind, message and the user's own frames."""

from types import TracebackType

from parts.own import class_name, is_a, mro_of, name_of, plain, safe_repr, safe_str, slices
from parts.problems import Problem
from parts.source import line_of, lines_between, texts

MOST_FRAMES = 20
MOST_MESSAGE = 8000
MOST_BASES = 30

traceback_of = BaseException.__dict__["__traceback__"].__get__
frame_of = TracebackType.__dict__["tb_frame"].__get__
code_of = type((lambda: (yield))().gi_frame).__dict__["f_code"].__get__
message_name = ImportError.__dict__["name"].__get__
exit_code = SystemExit.__dict__["code"].__get__
group_members = BaseExceptionGroup.__dict__["exceptions"].__get__
syntax = {name: SyntaxError.__dict__[name].__get__ for name in ("msg", "filename", "lineno", "offset", "text")}

#: How the function around the lines of an inline program is called.
INLINE = "__inline__"


def _function(code):
    name = code.co_qualname
    if name == INLINE or name == "<module>":
        return "<module>"
    return name.removeprefix(f"{INLINE}.<locals>.")


def _chars(line, column):
    """A column in characters, from 1, for one in UTF-8 bytes, from 0."""
    if column is None:
        return None
    if line is None or line.isascii():
        return column + 1
    return len(line.encode("utf-8", "replace")[:column].decode("utf-8", "ignore")) + 1


def _positions(code, at):
    """First and last line and column of the instruction that raised."""
    if at < 0:
        return None, None, None
    for first, last, column, _ in slices(code.co_positions(), at // 2, None):
        return first, last, column
    return None, None, None


def _frames(error):
    """The user's frames, outermost first, and the innermost as (code, instruction, line)."""
    frames = []
    inner = None
    trace = traceback_of(error)
    while trace is not None:
        code = code_of(frame_of(trace))
        if code.co_filename in texts:
            inner = (code, trace.tb_lasti, trace.tb_lineno)
            frames.append(inner)
            if len(frames) > 4 * MOST_FRAMES:
                del frames[: 2 * MOST_FRAMES]
        trace = trace.tb_next
    return frames[-MOST_FRAMES:], inner


def _kind(error):
    if is_a(error, AssertionError):
        return "assertion"
    if is_a(error, RecursionError):
        return "recursion"
    if is_a(error, MemoryError):
        return "memory"
    if is_a(error, SystemExit):
        return "exit"
    if is_a(error, ModuleNotFoundError):
        return "missing"
    return "exception"


def _message(error, kind):
    if kind == "exit":
        code = exit_code(error)
        return f"the program ended itself (exit code {'0' if code is None else safe_repr(code, 200)})"
    text = safe_str(error, MOST_MESSAGE)
    if kind == "missing":
        name = message_name(error)
        if is_a(name, str) and text.startswith("No module named"):
            return (
                f"there is no module `{plain(name)}` in the sandbox: only Python's standard library and the files beside the "
                "program can be imported"
            )
    if kind == "memory" and text == "":
        return "the memory limit is reached"
    if is_a(error, BaseExceptionGroup):
        for member in group_members(error)[:3]:
            text += f"; {class_name(member)}: {safe_str(member, 500)}"
    return text


def _known_syntax(error):
    """Whether an error of syntax is one in a text of the session, not one that the program met when it ran."""
    file = syntax["filename"](error)
    return is_a(file, str) and plain(file) in texts


def bases_of(error):
    """The names of an error's classes, its own first."""
    return [name_of(cls) for cls in mro_of(type(error)) if cls is not object][:MOST_BASES]


def _of_syntax(error):
    number = lambda value: value if type(value) is int and 0 < value < 10**9 else None
    file = plain(syntax["filename"](error))
    line = number(syntax["lineno"](error))
    return {
        "kind": "syntax",
        "type": class_name(error),
        "bases": bases_of(error),
        "message": safe_str(syntax["msg"](error), MOST_MESSAGE),
        "file": file,
        "line": line,
        "column": number(syntax["offset"](error)),
        "text": line_of(file, line),
        "trace": [],
    }


def describe(error, file):
    """Anything that was raised. `file` is where it belongs if no frame tells."""
    if is_a(error, SyntaxError) and _known_syntax(error):
        return _of_syntax(error)
    own = type(error) is Problem
    kind = error.kind if own and type(error.kind) is str else _kind(error)
    frames, inner = _frames(error)
    made = {
        "kind": kind,
        "type": error.name if own and type(error.name) is str else class_name(error),
        "bases": [] if own else bases_of(error),
        "message": safe_str(error, MOST_MESSAGE) if own else _message(error, kind),
        "file": file,
        "line": None,
        "column": None,
        "text": None,
        "trace": [(code.co_filename, line, _function(code), line_of(code.co_filename, line)) for code, _, line in frames],
    }
    if inner is not None:
        code, at, line = inner
        first, last, column = _positions(code, at)
        made["file"] = code.co_filename
        made["line"] = line
        made["text"] = line_of(code.co_filename, line)
        if first == line:
            made["column"] = _chars(made["text"], column)
            if kind == "assertion":
                made["text"] = lines_between(code.co_filename, first, last)
    return made
