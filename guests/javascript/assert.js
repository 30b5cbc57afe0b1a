// The module `assert`: own implementation of the part that tests use.

import { NativeError, NativePromise, freeze, is, isPromise, keys, matches, shield, slice, tag, text, then } from './own.js';
import { deepEquals } from './equal.js';
import { mark } from './errors.js';
import { inspect } from './inspect.js';

export class AssertionError extends NativeError {
  constructor(options) {
    const { message, actual, expected, operator } = options;
    super(message === undefined ? `${short(actual)} ${operator} ${short(expected)}` : text(message));
    this.name = 'AssertionError';
    this.code = 'ERR_ASSERTION';
    this.generatedMessage = message === undefined;
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    mark(this, 'assertion');
  }
}

function short(value) {
  const shown = inspect(value);
  return shown.length > 1000 ? `${slice(shown, 0, 1000)}...` : shown;
}

const isError = (value) => typeof value === 'object' && value !== null && tag(value) === '[object Error]';

function fail(message, otherwise, actual, expected, operator) {
  if (isError(message)) throw message;
  throw new AssertionError({ message: message === undefined ? otherwise : message, actual, expected, operator });
}

function demand(holds, message, otherwise, actual, expected, operator) {
  if (!holds) fail(message, otherwise, actual, expected, operator);
}

/** Whether what was thrown is what the second argument of `throws` asks for. */
function fits(error, expected) {
  if (expected === undefined) return true;
  if (tag(expected) === '[object RegExp]') return matches(expected, text(error)) !== null;
  if (typeof expected === 'function') {
    const base = expected.prototype;
    if (base !== undefined && error instanceof expected) return true;
    return isErrorClass(expected) ? false : expected.call({}, error) === true;
  }
  const names = keys(expected);
  for (let i = 0; i < names.length; i += 1) {
    const wanted = expected[names[i]];
    const found = error === null || error === undefined ? undefined : error[names[i]];
    const holds = tag(wanted) === '[object RegExp]' && typeof found === 'string' ? matches(wanted, found) !== null : deepEquals(found, wanted, true);
    if (!holds) return false;
  }
  if (isError(expected)) return error.message === expected.message && error.name === expected.name;
  return true;
}

const isErrorClass = (value) => value === NativeError || NativeError.isPrototypeOf(value);

/** `throws(f, message)` is allowed as well as `throws(f, expected, message)`. */
const sort = (expected, message) =>
  typeof expected === 'string' ? { __proto__: null, expected: undefined, message: expected } : { __proto__: null, expected, message };

function check(error, wanted, operator) {
  if (!fits(error, wanted.expected)) {
    fail(wanted.message, `what was thrown is not what was expected: ${short(error)}`, error, wanted.expected, operator);
  }
}

function missing(wanted, what, operator) {
  fail(wanted.message, `Missing expected ${what}`, undefined, wanted.expected, operator);
}

function started(action) {
  const promise = typeof action === 'function' ? action() : action;
  if (!isPromise(promise) && (promise === null || typeof promise !== 'object' || typeof promise.then !== 'function')) {
    throw new TypeError('a promise, or a function that returns one, is expected');
  }
  return isPromise(promise) ? promise : new NativePromise((resolve) => resolve(promise));
}

function later(action, done, failed) {
  return shield(
    new NativePromise((resolve, reject) => {
      const guarded = (step) => (value) => {
        try {
          resolve(step(value));
        } catch (error) {
          reject(error);
        }
      };
      then(started(action), guarded(done), guarded(failed));
    }),
  );
}

function make(strictly) {
  const ok = (...values) => {
    if (values.length === 0) fail(undefined, 'no value was given to assert.ok', undefined, true, '==');
    demand(values[0], values[1], `the expression is ${short(values[0])}, which is not true`, values[0], true, '==');
  };
  const equal = (a, b, message) => demand(a == b || (a !== a && b !== b), message, `${short(a)} == ${short(b)}`, a, b, '==');
  const notEqual = (a, b, message) => demand(!(a == b || (a !== a && b !== b)), message, `${short(a)} != ${short(b)}`, a, b, '!=');
  const strictEqual = (a, b, message) =>
    demand(is(a, b), message, `expected values to be strictly equal: ${short(a)} !== ${short(b)}`, a, b, 'strictEqual');
  const notStrictEqual = (a, b, message) =>
    demand(!is(a, b), message, `expected a value other than ${short(b)}`, a, b, 'notStrictEqual');
  const deep = (strict, wanted, operator) => (a, b, message) => {
    const relation = wanted ? 'to be deeply equal' : 'not to be deeply equal';
    demand(deepEquals(a, b, strict) === wanted, message, `expected values ${relation}: ${short(a)} and ${short(b)}`, a, b, operator);
  };
  const deepStrictEqual = deep(true, true, 'deepStrictEqual');
  const notDeepStrictEqual = deep(true, false, 'notDeepStrictEqual');

  const assert = (...values) => ok(values[0], values[1]);
  assert.ok = ok;
  assert.equal = strictly ? strictEqual : equal;
  assert.notEqual = strictly ? notStrictEqual : notEqual;
  assert.strictEqual = strictEqual;
  assert.notStrictEqual = notStrictEqual;
  assert.deepEqual = strictly ? deepStrictEqual : deep(false, true, 'deepEqual');
  assert.notDeepEqual = strictly ? notDeepStrictEqual : deep(false, false, 'notDeepEqual');
  assert.deepStrictEqual = deepStrictEqual;
  assert.notDeepStrictEqual = notDeepStrictEqual;
  assert.fail = (message) => fail(message, 'Failed', undefined, undefined, 'fail');
  assert.ifError = (value) => demand(value === null || value === undefined, undefined, `got an error: ${short(value)}`, value, null, 'ifError');
  assert.match = (value, pattern, message) =>
    demand(typeof value === 'string' && matches(pattern, value) !== null, message, `${short(value)} does not match ${text(pattern)}`, value, pattern, 'match');
  assert.doesNotMatch = (value, pattern, message) =>
    demand(typeof value === 'string' && matches(pattern, value) === null, message, `${short(value)} matches ${text(pattern)}`, value, pattern, 'doesNotMatch');
  assert.throws = (action, expected, message) => {
    const wanted = sort(expected, message);
    let error;
    try {
      action();
    } catch (thrown) {
      error = { __proto__: null, thrown };
    }
    if (error === undefined) missing(wanted, 'exception', 'throws');
    else check(error.thrown, wanted, 'throws');
  };
  assert.doesNotThrow = (action, expected, message) => {
    const wanted = sort(expected, message);
    try {
      action();
    } catch (error) {
      fail(wanted.message, `got an unwanted exception: ${short(error)}`, error, undefined, 'doesNotThrow');
    }
  };
  assert.rejects = (action, expected, message) => {
    const wanted = sort(expected, message);
    return later(action, () => missing(wanted, 'rejection', 'rejects'), (error) => check(error, wanted, 'rejects'));
  };
  assert.doesNotReject = (action, expected, message) => {
    const wanted = sort(expected, message);
    return later(
      action,
      () => undefined,
      (error) => fail(wanted.message, `got an unwanted rejection: ${short(error)}`, error, undefined, 'doesNotReject'),
    );
  };
  assert.AssertionError = AssertionError;
  return assert;
}

/** `assert`, and its namesake under which `equal` is `strictEqual`. Frozen: code under test cannot soften them. */
export const assert = make(false);
const strict = make(true);
assert.strict = strict;
strict.strict = strict;
assert.default = assert;
strict.default = strict;
const names = keys(assert);
for (let i = 0; i < names.length; i += 1) {
  if (typeof assert[names[i]] === 'function') freeze(assert[names[i]]);
  if (typeof strict[names[i]] === 'function') freeze(strict[names[i]]);
}
freeze(AssertionError.prototype);
