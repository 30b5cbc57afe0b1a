"""Errors of the guest's own."""


class Problem(Exception):
    """Something that user code did wrong, in the words of the protocol."""

    def __init__(self, kind, message, name):
        super().__init__(message)
        self.kind = kind
        self.name = name


Problem.__module__ = "bench"
