// The types of wit/scorer.wit, and of the context.

/** What a scorer says of one output. */
export interface Score {
  /** From 0 to 1; higher is better. */
  score: number;
  /** Whether it is good enough; where null, the `threshold` of the task decides. */
  pass: boolean | null;
  /** Why, in one line for people. */
  reason: string;
  /** Further figures by name, each from 0 to 1. */
  named: [string, number][];
  /** Kept free: an empty text. */
  metadata: string;
}

/** What a scorer gets to see beside the output, once it is parsed. */
export interface Context {
  case: string;
  vars: Record<string, unknown>;
  prompt: string | null;
  messages: { role: "system" | "user" | "assistant"; content: string }[] | null;
  golden: unknown;
  meta: Record<string, unknown>;
  config: Record<string, unknown>;
  json: unknown;
  usage: Record<string, number | null> | null;
  latency_ms: number;
  cost_usd: number | null;
}
