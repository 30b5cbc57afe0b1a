// Time that passes only when nothing else is left to do: a sleep costs nothing and moves the clock on.

import { NativeDate, apply, construct, defineProperty, getOwnPropertyDescriptor, ownKeys, then, NativePromise } from './own.js';

/** Milliseconds that timers have slept since the start of the instance. */
let slept = 0;
let sequence = 0;
/** The longest delay of a timer, in milliseconds. */
const LONGEST = 2147483647;

export const sleptSoFar = () => slept;

/** Due timers, as a chain ordered by time and then by number. */
let first = null;

/** Called when a timer starts: somebody may wait for one. */
let started = () => {};

export function onStart(action) {
  started = action;
}

function insert(timer) {
  if (first === null || timer.at < first.at) {
    timer.next = first;
    first = timer;
    return;
  }
  let before = first;
  while (before.next !== null && before.next.at <= timer.at) before = before.next;
  timer.next = before.next;
  before.next = timer;
}

function remove(id) {
  let before = null;
  for (let at = first; at !== null; before = at, at = at.next) {
    if (at.id !== id) continue;
    if (before === null) first = at.next;
    else before.next = at.next;
    return;
  }
}

function start(action, delay, values, every) {
  if (typeof action !== 'function') throw new TypeError('the first argument of a timer must be a function');
  // As in Node: what is too long for its clock is as good as none.
  const wait = +delay > 0 && +delay <= LONGEST ? +delay : 0;
  sequence += 1;
  const timer = { __proto__: null, id: sequence, at: slept + (every && wait < 1 ? 1 : wait), wait, action, values, every, next: null };
  insert(timer);
  started();
  return handle(timer.id);
}

/** What setTimeout gives back: a number to those who print it, with the methods that Node's handles have. */
function handle(id) {
  const made = { ref: () => made, unref: () => made, hasRef: () => true, [Symbol.toPrimitive]: () => id };
  defineProperty(made, 'id', { __proto__: null, value: id });
  return made;
}

function clear(timer) {
  if (timer === undefined || timer === null) return;
  const id = typeof timer === 'object' ? getOwnPropertyDescriptor(timer, 'id') : undefined;
  remove(id === undefined ? +timer : id.value);
}

/** Runs the next due timer. Answers which sort it was, or null where none is left. */
export function fire() {
  const timer = first;
  if (timer === null) return null;
  first = timer.next;
  if (timer.at > slept) slept = timer.at;
  if (timer.every) {
    timer.at = slept + (timer.wait < 1 ? 1 : timer.wait);
    insert(timer);
  }
  apply(timer.action, undefined, timer.values);
  return timer.every ? 'interval' : 'timeout';
}

/** Whether timers wait: `timeout` while one of those is among them, else `interval` or null. */
export function waiting() {
  for (let at = first; at !== null; at = at.next) if (!at.every) return 'timeout';
  return first === null ? null : 'interval';
}

const nativeNow = NativeDate.now;

/** `Date`, with the time that was slept added to the host's fixed clock. */
function makeDate() {
  const time = () => nativeNow() + slept;
  const Date = function (...values) {
    if (new.target === undefined) return apply(nativeString, new NativeDate(time()), []);
    return construct(NativeDate, values.length === 0 ? [time()] : values, new.target === Date ? NativeDate : new.target);
  };
  const names = ownKeys(NativeDate);
  for (let i = 0; i < names.length; i += 1) {
    const found = getOwnPropertyDescriptor(NativeDate, names[i]);
    if (names[i] !== 'now') defineProperty(Date, names[i], found);
  }
  defineProperty(Date, 'now', { __proto__: null, value: time, writable: true, configurable: true });
  defineProperty(NativeDate.prototype, 'constructor', { __proto__: null, value: Date, writable: true, configurable: true });
  return Date;
}

const nativeString = NativeDate.prototype.toString;

/** The globals that have to do with time. */
export function timeGlobals() {
  const soon = (action, ...values) => {
    if (typeof action !== 'function') throw new TypeError('queueMicrotask needs a function');
    then(settled, () => apply(action, undefined, values));
  };
  return {
    __proto__: null,
    setTimeout: (action, delay, ...values) => start(action, delay, values, false),
    setInterval: (action, delay, ...values) => start(action, delay, values, true),
    setImmediate: (action, ...values) => start(action, 0, values, false),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    queueMicrotask: (action) => soon(action),
    nextTick: soon,
    Date: makeDate(),
    performance: { now: () => slept, timeOrigin: 0, mark() {}, measure() {} },
  };
}

const settled = NativePromise.resolve();
