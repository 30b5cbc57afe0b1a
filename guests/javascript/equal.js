// Deep equality, loose (`deepEqual`) and strict (`deepStrictEqual`), by private references only.

import {
  add, dateTime, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, is, isArray, isView, list, mapEach, mapGet, mapHas, ownKeys, setEach,
  setHas, tag, text,
} from './own.js';

const same = (a, b, strict) => (strict ? is(a, b) : a == b || (a !== a && b !== b));

const isObject = (value) => typeof value === 'object' && value !== null;

function enumerableKeys(value, strict) {
  const names = ownKeys(value);
  const kept = list();
  for (let i = 0; i < names.length; i += 1) {
    if (typeof names[i] === 'symbol' && !strict) continue;
    const found = getOwnPropertyDescriptor(value, names[i]);
    if (found !== undefined && found.enumerable) add(kept, names[i]);
  }
  return kept;
}

function sameMembers(a, b, strict, seen) {
  const left = enumerableKeys(a, strict);
  if (left.length !== enumerableKeys(b, strict).length) return false;
  for (let i = 0; i < left.length; i += 1) {
    if (!hasOwn(b, left[i]) || !deep(a[left[i]], b[left[i]], strict, seen)) return false;
  }
  return true;
}

/** Whether each item has a partner of its own on the other side. */
function sameItems(a, b, strict, seen) {
  const left = list();
  const right = list();
  setEach(a, (item) => !setHas(b, item) && add(left, item));
  setEach(b, (item) => !setHas(a, item) && add(right, item));
  return pair(left, right, (x, y) => deep(x, y, strict, seen));
}

function sameEntries(a, b, strict, seen) {
  const left = list();
  const right = list();
  let equal = true;
  mapEach(a, (item, key) => {
    if (!mapHas(b, key)) add(left, { __proto__: null, key, item });
    else if (equal && !deep(item, mapGet(b, key), strict, seen)) equal = false;
  });
  mapEach(b, (item, key) => !mapHas(a, key) && add(right, { __proto__: null, key, item }));
  return equal && pair(left, right, (x, y) => deep(x.key, y.key, strict, seen) && deep(x.item, y.item, strict, seen));
}

function pair(left, right, equal) {
  if (left.length !== right.length) return false;
  const taken = list();
  for (let i = 0; i < left.length; i += 1) {
    let found = false;
    for (let j = 0; j < right.length && !found; j += 1) {
      if (taken[j] === true || !equal(left[i], right[j])) continue;
      taken[j] = true;
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

function boxed(value) {
  return value.valueOf();
}

function deep(a, b, strict, seen) {
  if (same(a, b, strict)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (strict && getPrototypeOf(a) !== getPrototypeOf(b)) return false;
  const kind = tag(a);
  if (kind !== tag(b) || isArray(a) !== isArray(b)) return false;
  for (let at = seen; at !== null; at = at.above) if (at.a === a && at.b === b) return true;
  const deeper = { __proto__: null, a, b, above: seen };
  if (isArray(a) && a.length !== b.length) return false;
  if (isView(a) && isView(b) && a.byteLength !== b.byteLength) return false;
  if (kind === '[object Date]' && !is(dateTime(a), dateTime(b))) return false;
  if (kind === '[object RegExp]' && (text(a) !== text(b) || a.lastIndex !== b.lastIndex)) return false;
  if (kind === '[object Error]' && (a.message !== b.message || a.name !== b.name)) return false;
  const box = kind === '[object Number]' || kind === '[object String]' || kind === '[object Boolean]';
  if (box && !is(boxed(a), boxed(b))) return false;
  if (kind === '[object Map]' && !sameEntries(a, b, strict, deeper)) return false;
  if (kind === '[object Set]' && !sameItems(a, b, strict, deeper)) return false;
  return sameMembers(a, b, strict, deeper);
}

/** Whether two values are the same in structure. */
export const deepEquals = (a, b, strict) => deep(a, b, strict, null);
