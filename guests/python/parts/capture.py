"""Streams that keep what a program prints for the answer, up to a megabyte each."""

import io

MOST = 1 << 20


class OutputLimit(BaseException):
    """Ends a program that prints more than is kept; the host says so whatever it makes of this."""


OutputLimit.__module__ = "bench"


class Bytes(io.RawIOBase):
    """The `buffer` of a stream."""

    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self._stream.write(data.decode("utf-8", "replace"))
        return len(data)


class Stream(io.TextIOBase):
    """What `sys.stdout` and `sys.stderr` are."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name):
        self.name = name
        self.kept = []
        self.room = MOST
        self.cut = False

    @property
    def buffer(self):
        return Bytes(self)

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        count = len(text)
        if count > self.room:
            self.cut = True
            text = text[: self.room]
        self.room -= len(text)
        self.kept.append(text)
        if self.cut:
            raise OutputLimit(f"more than {MOST} characters were written to {self.name}")
        return count

    def flush(self):
        pass

    def reconfigure(self, **options):
        pass


def stream(name):
    """A fresh stream."""
    return Stream(name)


def take(stream):
    """What a stream has kept, and whether it was cut."""
    return "".join(stream.kept), stream.cut
