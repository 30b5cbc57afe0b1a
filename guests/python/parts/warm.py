"""Runs what calls run, once before the snapshot: caches are then full, and nothing is imported later."""

import json

SCORE = """
import re, json, difflib, math, statistics, collections
words = re.findall(r"\\w+", output.lower())
ratio = difflib.SequenceMatcher(None, output, golden).ratio()
counts = collections.Counter(words)
return {"score": min(1.0, ratio), "pass": True, "reason": f"{json.dumps(json.loads('[1]'))} {counts['a']}"}
"""
MODULE = """
import dataclasses, re

@dataclasses.dataclass
class Result:
    score: float
    reason: str = ""

async def get_assert(output, context):
    import asyncio
    await asyncio.sleep(0)
    return Result(1.0, "warm")
"""
BROKEN = "def get_assert(output, context):\n    import traceback\n    traceback.format_exc()\n    return 1 / 0\n"


def warm(run):
    """Takes the guest's own function."""

    def request(source, form, **more):
        program = {"file": "warm.py", "source": source, "form": form, "entry": None}
        run(json.dumps({"do": "score", "program": program, "modules": {}, "output": "a b", "context": {"golden": "a c"}, **more}))

    for _ in range(3):
        request("len(output) > 1", "inline")
        request(SCORE, "inline")
        request(MODULE, "module")
        request(BROKEN, "module")
    request("print(output", "inline")
    request("import helper\nget_assert = helper.f", "module", modules={"helper.py": "f = lambda output, context: 1"})
