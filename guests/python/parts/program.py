"""Runs the text of a file as a module."""

import sys

from parts.beside import Beside
from parts.own import Module, compile_code, dict_of_module, execute, file_stem, live_builtins, modules
from parts.problems import Problem
from parts.source import keep
from parts.source import texts as texts_of_session

beside = Beside()
library_names = sys.stdlib_module_names
supply = Beside.supply


def folder_of(file):
    """The folder that helper files are relative to, with its slash."""
    cut = max(file.rfind("/"), file.rfind("\\"))
    return file[: cut + 1]


def supply_modules(file, texts):
    """Takes the helper files of a request."""
    folder = folder_of(file)
    files = {}
    for path, text in (texts or {}).items():
        name = folder + path
        keep(name, text)
        files[path] = (text, name)
    taken = supply(beside, files)
    if taken is not None:
        raise Problem(
            "missing",
            f"{folder}{taken}.py cannot be imported: the interpreter itself uses a module `{taken}`; give the file another name",
            "ImportError",
        )


def run_module(program, texts, begun=None):
    """
    Runs a program text; its helper files can be imported, and it itself under the stem of its file's name. `begun` gets
    the module before it runs: an error half way leaves the names that there are.
    """
    file, source = program["file"], program["source"]
    keep(file, source)
    supply_modules(file, texts)
    name = file_stem(file, "program")
    if name in library_names:
        name = "program"
    module = Module(name)
    space = dict_of_module(module)
    space["__builtins__"] = live_builtins
    space["__file__"] = file
    space["__loader__"] = beside
    beside.main = (name, source)
    code = compile_code(source, file, "exec", 0, True)
    modules[name] = module
    if begun is not None:
        begun(module)
    execute(code, space)
    return module


def forget():
    """Puts everything back to where no program has run."""
    for name in ("warm", "helper", "tests"):
        modules.pop(name, None)
    supply(beside, {})
    beside.main = None
    texts_of_session.clear()
