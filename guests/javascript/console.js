// `console` and `process`: what a program prints is kept for the answer, up to a megabyte a stream.

import { codeAt, hasOwn, indexOf, repeat, slice, text } from './own.js';
import { problem } from './errors.js';
import { display, inspect } from './inspect.js';

const MOST = 1 << 20;

/** What the running call has printed, and what it did that decides its outcome whatever it catches. */
export const output = { __proto__: null, stdout: '', stderr: '', cut: false, failed: null, ended: null };

/** Forgets what the call before has printed. */
export function clear() {
  output.stdout = '';
  output.stderr = '';
  output.cut = false;
  output.failed = null;
  output.ended = null;
}

function put(stream, piece) {
  const room = MOST - output[stream].length;
  if (room > 0) output[stream] += piece.length > room ? slice(piece, 0, room) : piece;
  if (piece.length <= room) return;
  output.cut = true;
  const error = problem('exception', `more than ${MOST} characters were written to ${stream}`, 'OutputLimit');
  // Kept beside being thrown, so that a `catch` does not hide it.
  if (output.ended === null) output.ended = error;
  throw error;
}

/** The arguments of a console function as one line; the first may hold `%s %d %i %f %j %o %O %c %%`. */
function format(values, from) {
  let out = '';
  let next = from;
  if (typeof values[from] === 'string' && indexOf(values[from], '%') >= 0 && values.length > from + 1) {
    const pattern = values[from];
    next += 1;
    for (let i = 0; i < pattern.length; i += 1) {
      const letter = codeAt(pattern, i) === 37 ? pattern[i + 1] : '';
      if (letter === '%') out += '%';
      else if (letter === undefined || letter === '' || indexOf('sdifjoOc', letter) < 0 || next >= values.length) {
        out += pattern[i];
        continue;
      } else {
        const value = values[next];
        next += 1;
        if (letter === 's') out += display(value);
        else if (letter === 'd' || letter === 'i' || letter === 'f') out += display(typeof value === 'object' ? NaN : +value);
        else if (letter !== 'c') out += inspect(value);
      }
      i += 1;
    }
    if (next < values.length) out += ' ';
  }
  for (let i = next; i < values.length; i += 1) out += (i > next ? ' ' : '') + display(values[i]);
  return out;
}

/** Makes the globals anew. */
export function makeConsole() {
  let indent = '';
  const counts = { __proto__: null };
  const printer =
    (stream) =>
    (...values) =>
      put(stream, `${indent}${format(values, 0)}\n`);
  const log = printer('stdout');
  const warn = printer('stderr');
  return {
    log,
    info: log,
    debug: log,
    table: log,
    dir: (value) => log(inspect(value)),
    warn,
    error: warn,
    trace: (...values) => put('stderr', `${indent}Trace: ${format(values, 0)}\n`),
    assert(holds, ...values) {
      if (holds) return;
      const message = values.length > 0 ? `Assertion failed: ${format(values, 0)}` : 'Assertion failed';
      put('stderr', `${indent}${message}\n`);
      if (output.failed === null) output.failed = problem('assertion', message, 'AssertionError');
    },
    count(label = 'default') {
      const name = text(label);
      counts[name] = (hasOwn(counts, name) ? counts[name] : 0) + 1;
      log(`${name}: ${counts[name]}`);
    },
    countReset: (label = 'default') => void delete counts[text(label)],
    group(...values) {
      if (values.length > 0) log(format(values, 0));
      indent = repeat(' ', indent.length + 2);
    },
    groupCollapsed(...values) {
      this.group(...values);
    },
    groupEnd: () => void (indent = slice(indent, 0, indent.length < 2 ? 0 : indent.length - 2)),
    time() {},
    timeEnd: (label = 'default') => log(`${text(label)}: 0ms`),
    timeLog: (label = 'default') => log(`${text(label)}: 0ms`),
  };
}

function exit(code) {
  const status = code === undefined ? 0 : code;
  const error = problem('exit', `the program called process.exit(${display(status)})`, 'Exit');
  // Kept beside being thrown, so that a `catch` does not hide it.
  if (output.ended === null) output.ended = error;
  throw error;
}

/** The little of `process` that programs without an operating system use. */
export function makeProcess(nextTick) {
  return {
    exit,
    nextTick,
    argv: ['node', 'program'],
    env: {},
    platform: 'wasi',
    version: '',
    versions: {},
    cwd: () => '/',
    on() {
      return this;
    },
    exitCode: undefined,
    stdout: { write: (piece) => (put('stdout', text(piece)), true), isTTY: false },
    stderr: { write: (piece) => (put('stderr', text(piece)), true), isTTY: false },
  };
}
