// Globals that programs expect and QuickJS lacks, and randomness that is the same every day.

import {
  codeAt, create, dateTime, getOwnPropertyDescriptor, getPrototypeOf, imul, isArray, isView, mapEach, mapGet, mapHas, mapSet,
  ownKeys, setEach, tag, text,
} from './own.js';

/** xoshiro128 with a constant seed: QuickJS seeds its own from the clock of the build. */
function makeRandom() {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = 0xdeadbeef;
  const next = () => {
    const five = imul(b, 5);
    const result = imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return () => (next() * 0x200000 + (next() >>> 11)) / 0x20000000000000;
}

function cannotClone(what) {
  const error = new Error(`${what} could not be cloned.`);
  error.name = 'DataCloneError';
  throw error;
}

function clone(value, seen) {
  if (typeof value === 'function' || typeof value === 'symbol') cannotClone(typeof value === 'symbol' ? text(value) : 'A function');
  if (typeof value !== 'object' || value === null) return value;
  if (mapHas(seen, value)) return mapGet(seen, value);
  const kind = tag(value);
  const keep = (copy) => {
    mapSet(seen, value, copy);
    return copy;
  };
  if (kind === '[object Date]') return keep(new Date(dateTime(value)));
  if (kind === '[object RegExp]') return keep(new RegExp(value.source, value.flags));
  if (kind === '[object Map]') {
    const copy = keep(new Map());
    mapEach(value, (item, key) => mapSet(copy, clone(key, seen), clone(item, seen)));
    return copy;
  }
  if (kind === '[object Set]') {
    const copy = keep(new Set());
    setEach(value, (item) => copy.add(clone(item, seen)));
    return copy;
  }
  if (kind === '[object ArrayBuffer]') return keep(value.slice(0));
  if (isView(value)) return keep(kind === '[object DataView]' ? new DataView(value.buffer.slice(0), value.byteOffset, value.byteLength) : value.slice());
  if (kind === '[object Promise]' || kind === '[object WeakMap]' || kind === '[object WeakSet]') cannotClone(kind);
  let copy;
  if (kind === '[object Error]') {
    copy = keep(create(getPrototypeOf(value)));
    for (const name of ['name', 'message', 'stack', 'cause']) {
      const found = getOwnPropertyDescriptor(value, name);
      if (found !== undefined) Object.defineProperty(copy, name, found);
    }
    return copy;
  }
  copy = keep(isArray(value) ? new Array(value.length) : {});
  const names = ownKeys(value);
  for (let i = 0; i < names.length; i += 1) {
    const found = getOwnPropertyDescriptor(value, names[i]);
    if (typeof names[i] === 'string' && found !== undefined && found.enumerable) copy[names[i]] = clone(value[names[i]], seen);
  }
  return copy;
}

/** The bytes of a text in UTF-8; a lone surrogate becomes U+FFFD. */
function encode(source) {
  const bytes = [];
  for (let i = 0; i < source.length; i += 1) {
    let point = codeAt(source, i);
    if (point >= 0xd800 && point < 0xe000) {
      const low = point < 0xdc00 && i + 1 < source.length ? codeAt(source, i + 1) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        i += 1;
      } else point = 0xfffd;
    }
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return Uint8Array.from(bytes);
}

/** The text of UTF-8 bytes; what is no UTF-8 becomes U+FFFD, or an error where `fatal`. */
function decode(bytes, fatal, keepMark) {
  let out = '';
  let i = !keepMark && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (i < bytes.length) {
    const first = bytes[i];
    i += 1;
    if (first < 0x80) {
      out += String.fromCharCode(first);
      continue;
    }
    let more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
    let point = more === 1 ? first & 31 : more === 2 ? first & 15 : first & 7;
    let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let broken = more === 0;
    while (more > 0) {
      if (!(bytes[i] >= low && bytes[i] <= high)) {
        broken = true;
        break;
      }
      point = (point << 6) | (bytes[i] & 63);
      low = 0x80;
      high = 0xbf;
      i += 1;
      more -= 1;
    }
    if (broken && fatal) throw new TypeError('the bytes are no UTF-8');
    out += broken ? '\ufffd' : String.fromCodePoint(point);
  }
  return out;
}

class TextEncoder {
  get encoding() {
    return 'utf-8';
  }
  encode(source = '') {
    return encode(text(source));
  }
  encodeInto(source, target) {
    const bytes = encode(text(source));
    const written = bytes.length > target.length ? target.length : bytes.length;
    target.set(bytes.subarray(0, written));
    return { read: decode(bytes.subarray(0, written), false, true).length, written };
  }
}

class TextDecoder {
  #fatal;
  #keepMark;
  constructor(label = 'utf-8', options = {}) {
    const name = text(label).toLowerCase();
    if (name !== 'utf-8' && name !== 'utf8') throw new RangeError(`the sandbox decodes UTF-8 only, not ${name}`);
    this.#fatal = options.fatal === true;
    this.#keepMark = options.ignoreBOM === true;
  }
  get encoding() {
    return 'utf-8';
  }
  decode(input = new Uint8Array(0)) {
    const bytes = isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
    return decode(bytes, this.#fatal, this.#keepMark);
  }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function btoa(source) {
  const binary = text(source);
  let out = '';
  for (let i = 0; i < binary.length; i += 3) {
    let group = 0;
    for (let j = 0; j < 3; j += 1) {
      const code = i + j < binary.length ? codeAt(binary, i + j) : 0;
      if (code > 255) throw new RangeError('btoa takes characters up to U+00FF; encode other text first');
      group = (group << 8) | code;
    }
    const left = binary.length - i;
    out += DIGITS[group >> 18] + DIGITS[(group >> 12) & 63];
    out += (left > 1 ? DIGITS[(group >> 6) & 63] : '=') + (left > 2 ? DIGITS[group & 63] : '=');
  }
  return out;
}

function atob(source) {
  const wrong = () => {
    throw new RangeError('the text is no Base64');
  };
  const digits = text(source).replace(/[\t\n\f\r ]+/g, '').replace(/={1,2}$/, '');
  if (digits.length % 4 === 1) wrong();
  let out = '';
  let group = 0;
  let bits = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = DIGITS.indexOf(digits[i]);
    if (digit < 0) wrong();
    group = ((group << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((group >> bits) & 255);
    }
  }
  return out;
}


/** The globals, by name. */
export function webGlobals() {
  return { __proto__: null, structuredClone: (value) => clone(value, new Map()), TextEncoder, TextDecoder, atob, btoa, random: makeRandom() };
}
