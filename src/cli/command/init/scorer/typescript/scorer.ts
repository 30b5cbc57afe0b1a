// A scorer: how many words of the golden text does the output have?

import host from "bench:scorer/host@0.1.0";
import type { Context, Score } from "./bench";

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

export function describe(): string {
  return JSON.stringify({ name: "golden-words", version: "1.0.0" });
}

export function grade(output: string, context: string): Score {
  const { golden, config } = JSON.parse(context) as Context;
  const wanted = typeof golden === "string" ? wordsOf(golden) : [];
  if (wanted.length === 0) {
    // A thrown text is a failure of the scorer: the outcome is scorer-error, never a score.
    throw "the golden must be a text with words in it";
  }
  const words = wordsOf(output).length;
  host.log("debug", `${words} words`);
  const found = wanted.filter((word) => output.includes(word)).length;
  const score = found / wanted.length;
  const least = typeof config.least === "number" ? config.least : 1;
  return {
    score,
    pass: score >= least,
    reason: `${found} of ${wanted.length} words of the golden are there`,
    named: [["brief", Math.min(1, wanted.length / Math.max(1, words))]],
    metadata: "",
  };
}
