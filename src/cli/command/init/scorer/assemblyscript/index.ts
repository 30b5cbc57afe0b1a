// A scorer: how many words of the golden text does the output have?
//
// Reads one request from stdin and writes one score to stdout.

import { Kind, Value, parse, quote } from "./json";
import { exit, print, printError, readAll } from "./wasi";

function wordsOf(text: string): string[] {
  const words: string[] = [];
  let from = -1;
  for (let at = 0; at <= text.length; at++) {
    const c = at < text.length ? text.charCodeAt(at) : 32;
    const space = c == 32 || (c >= 9 && c <= 13);
    if (!space && from < 0) from = at;
    if (space && from >= 0) {
      words.push(text.substring(from, at));
      from = -1;
    }
  }
  return words;
}

function grade(output: string, context: Value): string {
  const wanted = wordsOf(context.get("golden").text);
  if (wanted.length == 0) {
    // A failure of the scorer: the outcome is scorer-error, never a score. The last line of stderr says why.
    printError("the golden must be a text with words in it\n");
    exit(1);
  }
  const words = wordsOf(output).length;
  printError(words.toString() + " words\n");
  let found = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (output.includes(wanted[i])) found++;
  }
  const score = f64(found) / f64(wanted.length);
  const given = context.get("config").get("least");
  const least = given.kind == Kind.Number ? given.number : 1;
  const brief = min(1.0, f64(wanted.length) / f64(max(1, words)));
  const reason = found.toString() + " of " + wanted.length.toString() + " words of the golden are there";
  return (
    '{"score": ' + score.toString() +
    ', "pass": ' + (score >= least).toString() +
    ', "reason": ' + quote(reason) +
    ', "named": {"brief": ' + brief.toString() + "}}\n"
  );
}

const request = parse(readAll());
print(grade(request.get("output").text, request.get("context")));
