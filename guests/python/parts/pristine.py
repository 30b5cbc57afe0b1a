"""Gives tests the library as it was, whatever a program under test made of it."""

from parts.own import Code, Function, Module, dict_of_class, dict_of_module, missing, mro_of, modules

HEAP, IMMUTABLE = 1 << 9, 1 << 8
STREAMS = ("stdout", "stderr", "stdin", "__stdout__", "__stderr__", "__stdin__")
#: What `import` itself works with.
IMPORTS = ("_frozen_importlib", "_frozen_importlib_external")
#: Members that the interpreter fills in by itself.
OWN = ("__dict__", "__weakref__", "__abstractmethods__", "_abc_impl", "__annotations_cache__", "__annotations__", "__doc__")

set_member = type.__setattr__
remove_member = type.__delattr__
flags_of = type.__dict__["__flags__"].__get__

#: Modules as they were, by name: the module, its names, its functions and its classes.
snapshot = {}
#: The names of all modules of a package.
families = {}
#: The names of modules by their identity.
names_by_id = {}


def _function(value):
    return value, value.__code__, value.__defaults__, value.__kwdefaults__


def _class(cls):
    members = {key: value for key, value in dict_of_class(cls).items() if key not in OWN}
    return cls, members, tuple(_function(value) for value in members.values() if type(value) is Function)


def remember(only=None):
    """Takes down how the library, or some modules of it, look. Called before any user code runs."""
    for name, module in [(name, modules[name]) for name in only or list(modules)]:
        if type(module) is not Module or name in ("__main__", "app", "builtins"):
            continue
        names = dict(dict_of_module(module))
        own = [value for value in names.values() if getattr(value, "__module__", None) == name]
        functions = tuple(_function(value) for value in own if type(value) is Function)
        classes = tuple(
            _class(value) for value in own if type in mro_of(type(value)) and flags_of(value) & (HEAP | IMMUTABLE) == HEAP
        )
        snapshot[name] = (module, names, functions, classes)
        names_by_id[id(module)] = name
        if only is None:
            families.setdefault(name.partition(".")[0], []).append(name)


def _restore_functions(functions):
    for function, code, defaults, kwdefaults in functions:
        if function.__code__ is not code:
            function.__code__ = code
        if function.__defaults__ is not defaults:
            function.__defaults__ = defaults
        if function.__kwdefaults__ is not kwdefaults:
            function.__kwdefaults__ = kwdefaults


def _restore(name):
    module, names, functions, classes = snapshot[name]
    modules[name] = module
    space = dict_of_module(module)
    if name == "sys":
        names = {**names, **{stream: space[stream] for stream in STREAMS if stream in space}}
    space.clear()
    space.update(names)
    _restore_functions(functions)
    for cls, members, methods in classes:
        live = dict_of_class(cls)
        for key in [key for key in live if key not in members and key not in OWN]:
            remove_member(cls, key)
        for key, value in members.items():
            if live.get(key, missing) is not value:
                set_member(cls, key, value)
        _restore_functions(methods)


def restore_for(code, space):
    """Undoes what was done to the modules that a code uses by name, and to the packages they belong to."""
    wanted = set()
    stack = [code]
    while stack:
        code = stack.pop()
        stack.extend(const for const in code.co_consts if type(const) is Code)
        for name in code.co_names:
            value = space.get(name, missing)
            if type(value) is Module and id(value) in names_by_id:
                wanted.add(names_by_id[id(value)].partition(".")[0])
            wanted.add(name.partition(".")[0])
    found = [name for root in wanted if root in families for name in families[root]]
    if found:
        for name in (*IMPORTS, *found):
            _restore(name)
