// The names of a loaded program, as tests and calls see them.

import { apply, create, defineProperty, getOwnPropertyDescriptor, hasOwn, keys } from './own.js';

/** Getters (and setters) of the top-level names of the loaded program, and its exports. */
let names = { __proto__: null };
let module = { exports: {} };

/** Starts a program anew. */
export function begin(ofProgram) {
  names = { __proto__: null };
  module = ofProgram;
}

/** Called by the line that the host appends to a program: an object with an accessor a name. */
export function register(accessors) {
  const all = keys(accessors);
  for (let i = 0; i < all.length; i += 1) {
    const found = getOwnPropertyDescriptor(accessors, all[i]);
    if (typeof found.get === 'function') names[all[i]] = { __proto__: null, get: found.get, set: found.set };
  }
}

const object = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** What a name stands for: `{value}`, or undefined where the program has no such name. */
export function lookup(name) {
  if (hasOwn(names, name)) return { __proto__: null, value: apply(names[name].get, undefined, []) };
  if (object(module.exports) && hasOwn(module.exports, name)) return { __proto__: null, value: module.exports[name] };
  if (typeof module.exports === 'function' && module.exports.name === name) return { __proto__: null, value: module.exports };
  if (hasOwn(globalThis, name) && !hasOwn(builtIn, name)) return { __proto__: null, value: globalThis[name] };
  return undefined;
}

/** The names that the interpreter has by itself; what a program adds to `globalThis` is one of its own. */
const builtIn = { __proto__: null };

/** Called once, when all globals are in place. */
export function rememberGlobals() {
  const all = Object.getOwnPropertyNames(globalThis);
  for (let i = 0; i < all.length; i += 1) builtIn[all[i]] = true;
}

/** What `require` of the program gives: its exports, or all its names where it exports nothing. */
export function exported() {
  if (!object(module.exports) || typeof module.exports === 'function' || keys(module.exports).length > 0) return module.exports;
  return bindings();
}

/**
 * An object for `with`: the program's names as they are now. A test may declare a `var` that the program has as a
 * constant: that value is then the test's own.
 */
export function bindings() {
  const made = create(null);
  const offer = (name, get, set) => {
    let shadow = null;
    defineProperty(made, name, {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get: () => (shadow === null ? get() : shadow.value),
      set: (value) => (set === undefined ? (shadow = { __proto__: null, value }) : apply(set, undefined, [value])),
    });
  };
  if (object(module.exports)) {
    const own = keys(module.exports);
    const from = module.exports;
    for (let i = 0; i < own.length; i += 1) offer(own[i], () => from[own[i]]);
  }
  const all = keys(names);
  for (let i = 0; i < all.length; i += 1) offer(all[i], () => apply(names[all[i]].get, undefined, []), names[all[i]].set);
  return made;
}

/** The names that a caller could have meant. */
export function known() {
  const made = bindings();
  const all = keys(made);
  let out = '';
  for (let i = 0; i < all.length && i < 30; i += 1) out += `${out === '' ? '' : ', '}${all[i]}`;
  if (out === '') return 'it defines no names';
  return all.length === 1 ? `its only name is ${out}` : `its names are ${out}`;
}
