// Texts that run, and where a line of a stack trace comes from.
//
// QuickJS calls every text that is compiled at run time `<input>`. To tell them apart each gets lines of its own: a
// text is compiled behind as many empty lines as its base, so that a line number names both text and line. The first
// thousand lines belong to nobody: what user code compiles itself lands there and is not taken for a file.

import { AsyncFunction, NativeFunction, add, indexOf, linesOf, list, repeat, slice, startsWith } from './own.js';

/** Lines that the Function constructor puts before the body. */
const WRAPPER_LINES = 2;

const units = list();
let next = 1000;

/** Takes a text into the table of places. */
export function unit(file, source) {
  // A first line for a shell is no JavaScript; the comment in its place keeps the columns.
  const body = startsWith(source, '#!') ? `//${slice(source, 2)}` : source;
  const lines = linesOf(source);
  const made = { __proto__: null, file, body, lines, base: next, shift: 0 };
  next += lines.length + 8;
  add(units, made);
  return made;
}

/** Compiles a unit as the body of a function; `names` are its parameters, comma-separated. */
export function compile(made, names, before = '', after = '', asynchronous = false) {
  made.shift = before.length;
  const body = `${repeat('\n', made.base)}${before}${made.body}\n${after}`;
  return asynchronous ? AsyncFunction(names, body) : NativeFunction(names, body);
}

/** Compiles a unit, as an asynchronous function where it awaits at its top. */
export function compileAny(made, names, before = '', after = '') {
  try {
    return compile(made, names, before, after);
  } catch (error) {
    if (indexOf(made.body, 'await') < 0) throw error;
    try {
      return compile(made, names, before, after, true);
    } catch {
      throw error;
    }
  }
}

/** The user's file, line, column and source text for a position that the engine reported, or null. */
export function place(line, column) {
  const at = line - WRAPPER_LINES;
  for (let i = 0; i < units.length; i += 1) {
    const made = units[i];
    if (at <= made.base || at > made.base + made.lines.length + 2) continue;
    // An error at the end of a text is reported on the line that closes the wrapper.
    const own = at - made.base > made.lines.length ? made.lines.length : at - made.base;
    const shifted = own === 1 ? column - made.shift : column;
    return {
      __proto__: null,
      file: made.file,
      line: own,
      column: shifted > 0 ? shifted : null,
      text: made.lines[own - 1],
    };
  }
  return null;
}
