// What a scorer may ask of bench (wit/scorer.wit).

declare module "bench:scorer/host@0.1.0" {
  const host: {
    /** Keeps a line beside the score. */
    log(level: "debug" | "info" | "warn" | "error", message: string): void;
  };
  export default host;
}
