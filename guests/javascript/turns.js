// Waiting until the interpreter has nothing left to run.
//
// Reactions of promises run first-in first-out, and nothing tells how many wait. A turn is therefore a number of
// empty reactions behind those that wait: timers are due after it. A chain of promises that is longer still runs,
// only that timers come between.

import { NativePromise, then } from './own.js';

const HOPS = 1000;

const settled = NativePromise.resolve();

/** Calls `next` after a turn, or as soon as `early` says so. */
export function turn(early, next, left = HOPS) {
  if (left === 0 || early()) next();
  else then(settled, () => turn(early, next, left - 1));
}
