"""A scorer: how many words of the golden text does the output have?"""

import json

import wit_world
from componentize_py_types import Err
from wit_world.imports import host
from wit_world.imports.types import Score


class WitWorld(wit_world.WitWorld):
    def describe(self) -> str:
        return json.dumps({"name": "golden-words", "version": "1.0.0"})

    def grade(self, output: str, context: str) -> Score:
        given = json.loads(context)
        golden = given["golden"]
        wanted = golden.split() if isinstance(golden, str) else []
        if not wanted:
            # A failure of the scorer: the outcome is scorer-error, never a score.
            raise Err("the golden must be a text with words in it")
        words = len(output.split())
        host.log(host.Level.DEBUG, f"{words} words")
        found = sum(word in output for word in wanted)
        score = found / len(wanted)
        return Score(
            score=score,
            pass_=score >= given["config"].get("least", 1),
            reason=f"{found} of {len(wanted)} words of the golden are there",
            named=[("brief", min(1.0, len(wanted) / max(1, words)))],
            metadata="",
        )
