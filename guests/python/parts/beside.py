"""The files beside a program, as modules."""

import builtins
import importlib.abc
import importlib.machinery
import sys

#: The interpreter imported these for itself; a file of such a name would not be what `import` gives.
CORE = {
    "abc", "ast", "asyncio", "builtins", "codecs", "collections", "contextlib", "encodings", "enum", "functools", "gc", "importlib",
    "inspect", "io", "itertools", "linecache", "marshal", "operator", "os", "posix", "posixpath", "random", "re", "reprlib",
    "stat", "sys", "threading", "time", "tokenize", "traceback", "types", "typing", "warnings", "weakref", "zipimport",
}


class Beside(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the texts that came with a request. They come before the standard library, as in Python itself."""

    def __init__(self):
        self.files = {}
        self.main = None

    def supply(self, files):
        """Takes texts by path, each with the name that errors show: `{path: (text, file)}`."""
        self.files = files
        for path in files:
            name = path.partition("/")[0].removesuffix(".py")
            if name in CORE or name in sys.builtin_module_names:
                return name
            sys.modules.pop(name, None)
        return None

    def _place(self, name):
        path = name.replace(".", "/")
        for candidate, package in ((f"{path}/__init__.py", True), (f"{path}.py", False)):
            if candidate in self.files:
                return candidate, package
        inside = f"{path}/"
        if any(file.startswith(inside) for file in self.files):
            return None, True
        return None, False

    def find_spec(self, name, path=None, target=None):
        if not self.files:
            return None
        place, package = self._place(name)
        if place is None and not package:
            return None
        origin = None if place is None else self.files[place][1]
        spec = importlib.machinery.ModuleSpec(name, self, origin=origin, is_package=package)
        spec.has_location = origin is not None
        if package:
            spec.submodule_search_locations = [name.replace(".", "/")]
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        place, _ = self._place(module.__spec__.name)
        if place is None:
            return
        text, file = self.files[place]
        module.__dict__["__builtins__"] = builtins.__dict__
        exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)

    def get_source(self, name):
        """For tracebacks and `inspect`."""
        if self.main is not None and name == self.main[0]:
            return self.main[1]
        place, _ = self._place(name)
        return None if place is None else self.files[place][0]
