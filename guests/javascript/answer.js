// The answer as JSON text, put together piece by piece: nothing that user code left on a prototype takes part in it.

import {
  arrayFrom, codeAt, freeze, indexOf, isFinite, isView, slice, startsWith, stringify, tag, text,
} from './own.js';
import { problem } from './errors.js';

/** JSON of a string; a lone surrogate, which UTF-8 does not have, becomes U+FFFD. */
function wellFormed(json) {
  let out = '';
  let from = 0;
  let i = indexOf(json, '\\', 0);
  while (i >= 0) {
    let behind = i + 2;
    // `\uD8..` to `\uDF..`: the engine escapes surrogates only where they are alone.
    if (codeAt(json, i + 1) === 117 && (codeAt(json, i + 2) | 32) === 100 && codeAt(json, i + 3) >= 56) {
      out += `${slice(json, from, i)}\ufffd`;
      from = i + 6;
      behind = from;
    }
    i = indexOf(json, '\\', behind);
  }
  return from === 0 ? json : out + slice(json, from);
}

const quote = (value) => (typeof value === 'string' ? wellFormed(stringify(value)) : 'null');
const count = (value) => (typeof value === 'number' ? text(value) : 'null');

/** What JSON has no words for. */
function unsendable(key, value) {
  const where = key === '' ? '' : ` (at \`${key}\`)`;
  if (typeof value === 'number' && !isFinite(value)) {
    throw problem('value', `${text(value)} is no score and cannot be sent as JSON${where}`, 'ValueError');
  }
  if (typeof value === 'bigint') {
    throw problem('value', `a BigInt (${text(value)}n) cannot be sent as JSON${where}; convert it with Number()`, 'ValueError');
  }
  if (typeof value !== 'object' || value === null) return;
  const kind = tag(value);
  if (kind === '[object Map]' || kind === '[object Set]') {
    throw problem('value', `a ${slice(kind, 8, -1)} cannot be sent as JSON${where}; make an array or an object of it`, 'ValueError');
  }
}

const replacer = freeze(function (key, value) {
  unsendable(key, value);
  return typeof value === 'object' && value !== null && isView(value) ? arrayFrom(value) : value;
});

/** JSON of a result of user code; throws an error of kind `value` that says what came instead. */
export function encode(value, nothing) {
  if (value === undefined) throw problem('value', nothing, 'ValueError');
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw problem('value', `the result is a ${typeof value}, which cannot be sent as JSON`, 'ValueError');
  }
  let json;
  try {
    json = stringify(value, replacer);
  } catch (error) {
    const message = typeof error === 'object' && error !== null ? text(error.message) : '';
    if (startsWith(message, 'circular')) {
      throw problem('value', 'the result contains itself and cannot be sent as JSON', 'ValueError');
    }
    throw error;
  }
  if (typeof json !== 'string') throw problem('value', 'the result has no JSON form', 'ValueError');
  return wellFormed(json);
}

function frames(items) {
  let out = '';
  // Outermost first, as in a Python traceback.
  for (let i = items.length - 1; i >= 0; i -= 1) {
    const item = items[i];
    out += `${out === '' ? '' : ','}{"file":${quote(item.file)},"line":${count(item.line)}`;
    out += `,"function":${quote(item.function)},"text":${quote(item.text)}}`;
  }
  return `[${out}]`;
}

function failure(error) {
  if (error === null) return 'null';
  let bases = '';
  for (let i = 0; i < error.bases.length; i += 1) bases += `${i > 0 ? ',' : ''}${quote(error.bases[i])}`;
  return (
    `{"kind":${quote(error.kind)},"type":${quote(error.type)},"bases":[${bases}],"message":${quote(error.message)}` +
    `,"file":${quote(error.file)},"line":${count(error.line)},"column":${count(error.column)}` +
    `,"text":${quote(error.text)},"trace":${frames(error.frames)}}`
  );
}

/** The whole answer; `value` is JSON text already, `slept` the milliseconds that timers let pass. */
export function answer(value, error, output, slept) {
  return (
    `{"value":${value},"error":${failure(error)},"stdout":${quote(output.stdout)}` +
    `,"stderr":${quote(output.stderr)},"cut":${output.cut ? 'true' : 'false'},"slept":${count(slept)}}`
  );
}
