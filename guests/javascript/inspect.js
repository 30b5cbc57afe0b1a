// Values as people read them, for console output and assertion messages.

import {
  dateTime, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isArray, isView, mapEach, ownKeys, setEach, slice, stringify, tag, text,
} from './own.js';

const DEEPEST = 4;
const MOST_ITEMS = 100;

function errorText(error) {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const first = text(error);
  return stack === '' ? first : `${first}\n${slice(stack, 0, 2000)}`;
}

function entries(value, seen, deep) {
  let out = '';
  let shown = 0;
  const put = (item) => {
    shown += 1;
    if (shown <= MOST_ITEMS) out += `${out === '' ? '' : ', '}${item}`;
    else if (shown === MOST_ITEMS + 1) out += ', ...';
  };
  const kind = tag(value);
  if (isArray(value) || (isView(value) && kind !== '[object DataView]')) {
    for (let i = 0; i < value.length && i <= MOST_ITEMS; i += 1) put(show(value[i], seen, deep));
    return `[${out === '' ? '' : ` ${out} `}]`;
  }
  if (kind === '[object Map]') mapEach(value, (item, key) => put(`${show(key, seen, deep)} => ${show(item, seen, deep)}`));
  else if (kind === '[object Set]') setEach(value, (item) => put(show(item, seen, deep)));
  else {
    const names = ownKeys(value);
    for (let i = 0; i < names.length && i <= MOST_ITEMS; i += 1) {
      const found = getOwnPropertyDescriptor(value, names[i]);
      if (found === undefined || !found.enumerable) continue;
      const name = typeof names[i] === 'symbol' ? `[${text(names[i])}]` : names[i];
      put(`${name}: ${hasOwn(found, 'value') ? show(found.value, seen, deep) : '[Getter]'}`);
    }
  }
  return `{${out === '' ? '' : ` ${out} `}}`;
}

function className(value) {
  const base = getPrototypeOf(value);
  if (base === null) return '[Object: null prototype] ';
  const maker = base.constructor;
  const name = typeof maker === 'function' && typeof maker.name === 'string' ? maker.name : '';
  if (name === '' || name === 'Object' || name === 'Array') return '';
  const kind = tag(value);
  return kind === '[object Map]' || kind === '[object Set]' ? `${name}(${value.size}) ` : `${name} `;
}

function show(value, seen, deep) {
  if (typeof value === 'string') return stringify(value);
  if (typeof value === 'bigint') return `${text(value)}n`;
  if (is0(value)) return '-0';
  if (typeof value === 'function') return `[Function: ${typeof value.name === 'string' && value.name !== '' ? value.name : '(anonymous)'}]`;
  if (typeof value !== 'object' || value === null) return text(value);
  for (let at = seen; at !== null; at = at.above) if (at.value === value) return '[Circular]';
  const kind = tag(value);
  if (kind === '[object Error]') return errorText(value);
  if (kind === '[object RegExp]') return text(value);
  if (kind === '[object Date]') return stringify(new Date(dateTime(value)));
  if (deep >= DEEPEST) return isArray(value) ? '[Array]' : '[Object]';
  return className(value) + entries(value, { __proto__: null, value, above: seen }, deep + 1);
}

const is0 = (value) => value === 0 && 1 / value < 0;

/** A value as text; never throws. */
export function inspect(value) {
  try {
    return show(value, null, 0);
  } catch {
    return '[a value that cannot be shown]';
  }
}

/** As `inspect`, but a string is itself. */
export const display = (value) => (typeof value === 'string' ? value : inspect(value));
