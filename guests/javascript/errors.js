// What went wrong, in the words of the protocol: kind, message and the user's own frames.

import {
  NativeError, add, codeAt, getPrototypeOf, hasOwn, indexOf, lastIndexOf, linesOf, list, own, slice, stringify, text, trim, weakGet,
  weakSet,
} from './own.js';
import { inspect } from './inspect.js';
import { place } from './source.js';

const MOST_FRAMES = 20;
const MOST_MESSAGE = 8000;
const MOST_BASES = 30;

/** Kinds of errors that the guest made itself. */
const kinds = new WeakMap();

/** Errors whose place is known already. */
const told = new WeakMap();

/** Describes an error of syntax now: its place may not be found later. */
export function tell(error, file) {
  const made = describe(error, file);
  made.kind = 'syntax';
  weakSet(told, error, made);
}

/** Marks an error as one of the guest's own kinds. */
export function mark(error, kind) {
  weakSet(kinds, error, kind);
  return error;
}

/** An error of the guest with a kind. */
export function problem(kind, message, name = 'Error') {
  const error = new NativeError(message);
  error.name = name;
  return mark(error, kind);
}

/** A property of a value that may be anything, as text; user code that throws in between gives the other text. */
function read(value, key, otherwise) {
  try {
    const found = value[key];
    return typeof found === 'string' ? found : otherwise;
  } catch {
    return otherwise;
  }
}

function number(source) {
  let value = 0;
  for (let i = 0; i < source.length; i += 1) {
    const digit = codeAt(source, i) - 48;
    if (digit < 0 || digit > 9 || value > 1e9) return null;
    value = value * 10 + digit;
  }
  return source.length > 0 ? value : null;
}

/** One line of a stack trace: `at name (<input>:12:3)` or `at <input>:12:3`. */
function frame(line) {
  const found = lastIndexOf(line, '<input>:');
  if (found < 0) return null;
  let position = slice(line, found + 8);
  const close = indexOf(position, ')');
  if (close >= 0) position = slice(position, 0, close);
  const colon = indexOf(position, ':');
  const row = number(colon < 0 ? position : slice(position, 0, colon));
  const column = colon < 0 ? null : number(slice(position, colon + 1));
  const where = row === null ? null : place(row, column);
  if (where === null) return null;
  const at = indexOf(line, 'at ');
  const open = lastIndexOf(line, ' (');
  const name = at >= 0 && open > at ? trim(slice(line, at + 3, open)) : '';
  where.function = name === 'anonymous' || name === '<eval>' || name === '' ? '<module>' : name;
  return where;
}

/** The user's frames of an error, innermost first. */
function framesOf(error) {
  const frames = list();
  const lines = linesOf(read(error, 'stack', ''));
  for (let i = 0; i < lines.length && frames.length < MOST_FRAMES; i += 1) {
    const found = frame(lines[i]);
    if (found !== null) add(frames, found);
  }
  return frames;
}

function kindOf(error, name, message) {
  const known = weakGet(kinds, error);
  if (known !== undefined) return known;
  if (name === 'AssertionError') return 'assertion';
  const engine = name === 'RangeError' || name === 'InternalError';
  if (engine && (indexOf(message, 'call stack') >= 0 || indexOf(message, 'stack overflow') >= 0)) return 'recursion';
  if (engine && indexOf(message, 'out of memory') >= 0) return 'memory';
  return 'exception';
}

/** What was thrown, when it is no error object. */
function thrown(value) {
  if (typeof value === 'string') return value;
  try {
    if (typeof value === 'object' && value !== null) {
      const json = stringify(value);
      return typeof json === 'string' ? json : inspect(value);
    }
    return text(value);
  } catch {
    return 'a value that has no text';
  }
}

/** The names of an error's classes, its own first. */
function basesOf(error) {
  const bases = list();
  try {
    let base = getPrototypeOf(error);
    for (let i = 0; base !== null && i < MOST_BASES; i += 1) {
      const maker = own(base, 'constructor');
      const name = typeof maker === 'function' ? maker.name : '';
      if (typeof name === 'string' && name !== '' && name !== 'Object') add(bases, slice(name, 0, 200));
      base = getPrototypeOf(base);
    }
  } catch {
    // A class of the user that does not let itself be looked at has no name.
  }
  return bases;
}

/** Anything that was thrown, in the shape of the protocol. */
export function describe(error, file) {
  const known = weakGet(told, error);
  if (known !== undefined) return known;
  const object = (typeof error === 'object' && error !== null) || typeof error === 'function';
  const name = object ? read(error, 'name', 'Error') : typeof error;
  let message = object ? read(error, 'message', null) : thrown(error);
  const bare = !object || message === null;
  if (message === null) message = thrown(error);
  if (bare) message = `thrown: ${message}`;
  const frames = object ? framesOf(error) : list();
  const inner = frames.length > 0 ? frames[0] : null;
  return {
    __proto__: null,
    kind: object ? kindOf(error, name, message) : 'exception',
    type: slice(name, 0, 200),
    bases: object ? basesOf(error) : list(),
    message: slice(message, 0, MOST_MESSAGE),
    file: inner === null ? file : inner.file,
    line: inner === null ? null : inner.line,
    column: inner === null ? null : inner.column,
    text: inner === null ? null : inner.text,
    frames,
  };
}

/** Whether a value is an error that says it is one of syntax. */
export const isSyntax = (error) =>
  typeof error === 'object' && error !== null && read(error, 'name', '') === 'SyntaxError' && !hasOwn(error, 'name');
