// References to the interpreter's own functions, taken before any user code runs.
//
// User code may replace every global and every prototype method. What the guest does itself goes through these,
// reads no property that could come from a polluted prototype, and uses no spread, destructuring or for..of (which
// would ask Array.prototype for an iterator).

const { apply, ownKeys, construct } = Reflect;

/** A method as a plain function whose first argument is the receiver. */
export const free =
  (method) =>
  (self, ...rest) =>
    apply(method, self, rest);

export { apply, construct, ownKeys };
export const { create, defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf, keys, is } = Object;
export const { stringify, parse } = JSON;
export const { isArray, from: arrayFrom } = Array;
export const { isView } = ArrayBuffer;
export const { isFinite, isInteger } = Number;
export const { floor, imul, max, min } = Math;
export const text = String;

export const NativeDate = Date;
export const NativeError = Error;
export const NativeFunction = Function;
export const NativePromise = Promise;
export const AsyncFunction = (async () => {}).constructor;

export const hasOwn = Object.hasOwn;
export const then = free(Promise.prototype.then);
export const repeat = free(String.prototype.repeat);
export const slice = free(String.prototype.slice);
export const indexOf = free(String.prototype.indexOf);
export const lastIndexOf = free(String.prototype.lastIndexOf);
export const codeAt = free(String.prototype.charCodeAt);
export const startsWith = free(String.prototype.startsWith);
export const endsWith = free(String.prototype.endsWith);
export const trim = free(String.prototype.trim);
export const matches = free(RegExp.prototype.exec);
export const tag = free(Object.prototype.toString);
export const mapGet = free(Map.prototype.get);
export const mapSet = free(Map.prototype.set);
export const mapHas = free(Map.prototype.has);
export const mapDelete = free(Map.prototype.delete);
export const mapEach = free(Map.prototype.forEach);
export const setHas = free(Set.prototype.has);
export const setEach = free(Set.prototype.forEach);
export const weakGet = free(WeakMap.prototype.get);
export const weakSet = free(WeakMap.prototype.set);
export const dateTime = free(Date.prototype.getTime);

/** The own property of an object, or undefined: never one that a prototype lends. */
export const own = (object, key) => (hasOwn(object, key) ? object[key] : undefined);

/** A list without a prototype: no setter or toJSON of user code can come between. */
export const list = () => ({ __proto__: null, length: 0 });

export const add = (items, item) => {
  items[items.length] = item;
  items.length += 1;
};

/** The lines of a text, as a `list`. */
export function linesOf(source) {
  const lines = list();
  let from = 0;
  for (;;) {
    const to = indexOf(source, '\n', from);
    if (to < 0) break;
    add(lines, slice(source, from, to));
    from = to + 1;
  }
  add(lines, slice(source, from));
  return lines;
}

/** Whether a value is one of the engine's own promises, whatever its prototype says. */
export function isPromise(value) {
  if (typeof value !== 'object' || value === null) return false;
  try {
    then(value, undefined, () => {});
    return true;
  } catch {
    return false;
  }
}

/** Makes a promise of the guest deaf to a replaced `Promise.prototype`. */
export function shield(promise) {
  defineProperty(promise, 'constructor', { __proto__: null, value: NativePromise });
  defineProperty(promise, 'then', {
    __proto__: null,
    value: (done, failed) => shield(then(promise, done, failed)),
  });
  return promise;
}

/** Calls one of the two when a value is there: at once for a plain value, later for a promise or a thenable. */
export function when(value, done, failed) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return done(value);
  if (isPromise(value)) {
    then(value, done, failed);
    return undefined;
  }
  let method;
  try {
    method = value.then;
  } catch (error) {
    return failed(error);
  }
  if (typeof method !== 'function') return done(value);
  // A thenable answers through a promise of the engine, which settles once and unwraps what it gets.
  then(new NativePromise((resolve) => resolve(value)), done, failed);
  return undefined;
}
