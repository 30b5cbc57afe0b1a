"""References to the interpreter's own functions, taken before any user code runs.

What the guest does itself goes through these: they are written in C and read nothing that user code can replace.
"""

import _json
import builtins
import itertools
import json
import sys
import types

missing = object()

compile_code = compile
execute = exec
evaluate = eval
quote = _json.encode_basestring
slices = itertools.islice

Code = types.CodeType
Function = types.FunctionType
Method = types.MethodType
Module = types.ModuleType

name_of = type.__dict__["__name__"].__get__
mro_of = type.__dict__["__mro__"].__get__
dict_of_class = type.__dict__["__dict__"].__get__
dict_of_module = types.ModuleType.__dict__["__dict__"].__get__

bool_text = {True: "true", False: "false"}
int_text = int.__repr__
float_text = float.__repr__
text_slice = str.__getitem__
items_of = dict.items
walk_list = list.__iter__
walk_tuple = tuple.__iter__

#: The builtins as they were. Tests see copies of these, whatever the program under test made of the module.
pristine = dict(vars(builtins))
live_builtins = vars(builtins)
modules = sys.modules
set_recursion_limit = sys.setrecursionlimit
recursion_limit = sys.getrecursionlimit()

#: Parses JSON: a scanner in C that nobody else has.
scan = _json.make_scanner(json.JSONDecoder())


def is_a(value, *classes):
    """Whether a value's class says so; what the value itself says does not count."""
    for found in mro_of(type(value)):
        for cls in classes:
            if found is cls:
                return True
    return False


def class_name(value):
    """The name of a value's class."""
    return name_of(type(value))


def plain(text):
    """An exact `str` of a text, cut at no length; what is no text becomes an empty one."""
    return text_slice(text, slice(None)) if is_a(text, str) else ""


def shown(text, most):
    """The beginning of a text, as an exact `str`."""
    text = plain(text)
    return text if len(text) <= most else text[:most] + "..."


def safe_str(value, most):
    """What a value says of itself; user code that raises in between gives a stand-in."""
    try:
        return shown(str(value), most)
    except BaseException:
        return f"<{class_name(value)} whose text cannot be read>"


def safe_repr(value, most):
    """The same for its `repr`."""
    try:
        return shown(repr(value), most)
    except BaseException:
        return f"<{class_name(value)} whose text cannot be read>"


def file_stem(file, otherwise):
    """A module name made of a file's, or the other one where it gives none."""
    stem = file.rpartition("/")[2].rpartition("\\")[2].partition(".")[0]
    return stem if stem.isidentifier() else otherwise
