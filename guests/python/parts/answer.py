"""The answer as JSON text, put together piece by piece: nothing that user code can replace takes part in it."""

from decimal import Decimal
from fractions import Fraction

from parts.own import (
    bool_text, class_name, float_text, int_text, is_a, items_of, plain, quote, safe_repr, walk_list, walk_tuple,
)
from parts.problems import Problem

#: Levels of nesting; the host reads no more.
DEEPEST = 100
#: Integers beyond are no numbers to a reader of JSON.
LARGEST = 10**300
decimal_float = Decimal.__float__
plain_float = float.__pos__
plain_int = int.__pos__
fraction_float = Fraction.__float__


def _where(path):
    keys = []
    while path is not None:
        path, key = path
        keys.append(f"[{int_text(key)}]" if type(key) is int else f".{plain(key)}")
    return f" (at `{''.join(reversed(keys)).lstrip('.')[:200]}`)" if keys else ""


def _refuse(message):
    raise Problem("value", message, "ValueError")


def _number(value, path):
    # An exact float: a class of the user may compare as it likes.
    value = plain_float(value)
    if value != value or value in (float("inf"), float("-inf")):
        _refuse(f"{float_text(value)} is no score and cannot be sent as JSON{_where(path)}")
    return float_text(value)


def _integer(value, path):
    value = plain_int(value)
    if not -LARGEST < value < LARGEST:
        _refuse(f"an int of {int.bit_length(value)} bits is too large to be sent as JSON{_where(path)}")
    return int_text(value)


def _key(key, path):
    if is_a(key, str):
        return quote(key)
    if key is None:
        return '"null"'
    if is_a(key, bool):
        return f'"{bool_text[key]}"'
    if is_a(key, int):
        return f'"{_integer(key, path)}"'
    if is_a(key, float):
        return quote(float_text(key))
    return _refuse(f"a key of type `{class_name(key)}` cannot be sent as JSON{_where(path)}; keys are texts")


def _put(out, value, path, depth):
    if value is None:
        out.append("null")
    elif value is True or value is False:
        out.append(bool_text[value])
    elif is_a(value, str):
        out.append(quote(value))
    elif is_a(value, int):
        out.append(_integer(value, path))
    elif is_a(value, float):
        out.append(_number(value, path))
    elif depth > DEEPEST:
        _refuse(f"the result contains itself or is nested deeper than {DEEPEST} levels, and cannot be sent as JSON")
    elif is_a(value, dict):
        _put_dict(out, items_of(value), path, depth)
    elif is_a(value, list):
        _put_list(out, walk_list(value), path, depth)
    elif is_a(value, tuple):
        _put_list(out, walk_tuple(value), path, depth)
    elif is_a(value, Decimal):
        out.append(_number(decimal_float(value), path))
    elif is_a(value, Fraction):
        out.append(_number(fraction_float(value), path))
    else:
        _refuse(_unsendable(value, path))


def _put_dict(out, items, path, depth):
    separator = "{"
    for key, item in items:
        out.append(f"{separator}{_key(key, path)}:")
        _put(out, item, (path, key if is_a(key, str) else safe_repr(key, 50)), depth + 1)
        separator = ","
    out.append("}" if separator == "," else "{}")


def _put_list(out, items, path, depth):
    separator = "["
    index = 0
    for item in items:
        out.append(separator)
        _put(out, item, (path, index), depth + 1)
        separator = ","
        index += 1
    out.append("]" if separator == "," else "[]")


def _unsendable(value, path):
    kind = class_name(value)
    where = _where(path)
    if is_a(value, set, frozenset):
        return f"a {kind} has no order and cannot be sent as JSON{where}; return a list, e.g. sorted(...)"
    if is_a(value, bytes, bytearray):
        return f"{kind} cannot be sent as JSON{where}; decode it to a text"
    if is_a(value, complex):
        return f"a complex number cannot be sent as JSON{where}"
    if is_a(value, type(_unsendable), type(len), type):
        what = "the class" if is_a(value, type) else "a function,"
        return f"the result is {what} {safe_repr(value, 100)}, which cannot be sent as JSON{where}; was it meant to be called?"
    return f"a value of type `{kind}` cannot be sent as JSON{where}: {safe_repr(value, 200)}"


def encode(value):
    """JSON of a result of user code; a Problem of kind `value` says what came instead."""
    out = []
    _put(out, value, None, 0)
    return "".join(out)


def _text(value):
    return "null" if value is None else quote(value)


def _count(value):
    return "null" if value is None else int_text(value)


def _failure(error):
    if error is None:
        return "null"
    frames = [
        f'{{"file":{_text(file)},"line":{_count(line)},"function":{_text(name)},"text":{_text(text)}}}'
        for file, line, name, text in error["trace"]
    ]
    bases = ",".join([quote(plain(name)) for name in error["bases"]])
    return (
        f'{{"kind":{_text(error["kind"])},"type":{_text(error["type"])},"bases":[{bases}],"message":{_text(error["message"])}'
        f',"file":{_text(error["file"])},"line":{_count(error["line"])},"column":{_count(error["column"])}'
        f',"text":{_text(error["text"])},"trace":[{",".join(frames)}]}}'
    )


def answer(value, error, stdout, stderr, cut):
    """The whole answer; `value` is JSON text already."""
    text = (
        f'{{"value":{value},"error":{_failure(error)},"stdout":{quote(stdout)},"stderr":{quote(stderr)}'
        f',"cut":{bool_text[cut]}}}'
    )
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            # UTF-8 has no lone surrogates; halves that belong together are joined.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
