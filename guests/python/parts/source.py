"""The texts of a session by their file names, for the lines that errors show."""

from parts.own import quote  # noqa: F401

#: Text by file name.
texts = {}


def keep(file, text):
    """Takes a text in."""
    texts[file] = text


def line_of(file, number):
    """A line of a text, or None where there is none."""
    text = texts.get(file)
    if text is None or number is None or number < 1:
        return None
    lines = text.split("\n", number)
    return lines[number - 1].rstrip("\r") if number <= len(lines) else None


def lines_between(file, first, last):
    """Several lines as one, at most ten of them."""
    if last is None or last <= first:
        return line_of(file, first)
    parts = [line_of(file, number) for number in range(first, min(last, first + 9) + 1)]
    return " ".join(part.strip() for part in parts if part is not None)
