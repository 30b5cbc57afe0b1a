"""Python's standard library, kept in memory: there are no files at run time."""

import builtins
import importlib.abc
import importlib.machinery
import marshal
import os
import sys

#: What makes no sense without a screen, a network, processes or files.
LEFT_OUT = {
    "_pyrepl", "curses", "dbm", "distutils", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "site-packages",
    "test", "tkinter", "turtle", "turtledemo", "venv", "wsgiref", "xmlrpc",
}

#: What programs commonly use is imported before the snapshot, and what those imports would bring at their first use.
COMMON = """
    __future__ abc argparse array ast asyncio base64 binascii bisect calendar cmath cmd codecs collections collections.abc
    colorsys concurrent.futures contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib doctest email
    email.message encodings.ascii encodings.idna encodings.latin_1 encodings.utf_16 encodings.utf_16_le encodings.utf_8_sig
    enum errno fnmatch fractions functools gc getpass gettext glob graphlib hashlib heapq hmac html html.entities
    html.parser importlib importlib.util inspect io itertools json json.tool keyword linecache locale logging math
    mimetypes numbers operator optparse os os.path pathlib pickle platform posixpath pprint queue quopri random re reprlib
    sched secrets shlex shutil signal sqlite3 stat statistics string string.templatelib stringprep struct symtable sys sysconfig
    tempfile textwrap threading time timeit token tokenize tomllib traceback types typing unicodedata unittest
    unittest.mock urllib.parse uuid warnings weakref xml.dom.minidom xml.etree.ElementTree xml.sax.saxutils zipfile zlib
    zoneinfo
"""

#: Package flag and code by module name.
codes = {}


def _walk(folder, prefix):
    for name in sorted(os.listdir(folder)):
        path = f"{folder}/{name}"
        if name in ("test", "tests", "__pycache__") or (prefix == "" and name.removesuffix(".py") in LEFT_OUT):
            continue
        if name.endswith(".py"):
            package = name == "__init__.py"
            module = prefix[:-1] if package else prefix + name[:-3]
            if module == "":
                continue
            with open(path, "rb") as file:
                source = file.read()
            try:
                code = compile(source, path, "exec", dont_inherit=True, optimize=0)
            except SyntaxError:
                continue
            codes[module] = (package, marshal.dumps(code))
        elif "." not in name and os.path.isdir(path):
            _walk(path, f"{prefix}{name}.")


class Library(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules that were not imported before the snapshot."""

    def find_spec(self, name, path=None, target=None):
        found = codes.get(name)
        if found is None:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, is_package=found[0])
        if found[0]:
            spec.submodule_search_locations = []
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__dict__["__builtins__"] = builtins.__dict__
        exec(marshal.loads(codes[module.__spec__.name][1]), module.__dict__)


def fill(folder):
    """Reads the library and imports the common part of it."""
    _walk(folder, "")
    for name in (*COMMON.split(), *sys.builtin_module_names):
        try:
            __import__(name)
        except ImportError:
            # Some lean on extensions that this interpreter was built without.
            pass


def seal(beside):
    """From here on modules come from memory alone."""
    plain = [finder for finder in sys.meta_path if getattr(finder, "__name__", "") in ("BuiltinImporter", "FrozenImporter")]
    sys.meta_path[:] = [beside, *plain, Library()]
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.path_importer_cache.clear()
