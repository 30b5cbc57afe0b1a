// `do: score`: a scorer file or the inline text of a task.

import { apply, hasOwn, indexOf, isArray, own, slice, trim, when } from './own.js';
import { isSyntax, problem, tell } from './errors.js';
import { namesOf, requireFrom } from './modules.js';
import { compile, compileAny, unit } from './source.js';

const ENTRIES = ['getAssert', 'get_assert', 'grade', 'score'];
const MODULE_NAMES = 'module,exports,require,__filename,__dirname,__bench_names,__bench_wait';

/** Runs a program text as a CommonJS module; `done` gets the module. Shared with `do: load`. */
export function runModule(program, hooks, done, failed) {
  const module = { exports: {}, id: '.', filename: program.file, loaded: false };
  hooks.begin(module);
  let result;
  try {
    const action = compiling(() => compileAny(unit(program.file, program.source), MODULE_NAMES));
    result = apply(action, module.exports, [
      module, module.exports, requireFrom(''), program.file, '.', hooks.register, hooks.wait,
    ]);
  } catch (error) {
    failed(error);
    return;
  }
  when(result, () => done(module), failed);
}

/** Runs a compilation; what it throws is an error of syntax. */
export function compiling(action) {
  try {
    return action();
  } catch (error) {
    throw isSyntax(error) ? hooksForSyntax(error) : error;
  }
}

let hooksForSyntax = (error) => error;

/** Says how an error of syntax is marked. */
export function onSyntax(marker) {
  hooksForSyntax = marker;
}

function entryOf(module, entry, file) {
  const exports = module.exports;
  const usable = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  const byName = (name) => {
    if (!usable) return undefined;
    if (hasOwn(exports, name)) return exports[name];
    const inner = own(exports, 'default');
    return typeof inner === 'object' && inner !== null && hasOwn(inner, name) ? inner[name] : undefined;
  };
  const listing = usable && namesOf(exports) !== '' ? `it exports ${namesOf(exports)}` : 'it exports nothing';
  if (typeof entry === 'string') {
    const found = byName(entry);
    if (typeof found === 'function') return found;
    throw problem('missing', `${file} has no function \`${entry}\`: ${listing}`);
  }
  if (typeof exports === 'function') return exports;
  const plain = usable ? own(exports, 'default') : undefined;
  if (typeof plain === 'function') return plain;
  for (let i = 0; i < ENTRIES.length; i += 1) {
    const found = byName(ENTRIES[i]);
    if (typeof found === 'function') return found;
  }
  throw problem(
    'missing',
    `${file} has no function to call: ${listing}; write \`module.exports = (output, context) => ...\` or export default a function`,
  );
}

const INLINE_NAMES = 'output,context,golden,vars,config,meta,json,require,module,exports';

/** An expression if it is one, else the body of a function; `returns` says that it is none. */
function compileInline(made, returns) {
  const whole = made.body;
  if (returns && indexOf(whole, 'await') < 0) {
    try {
      return { __proto__: null, body: true, action: compile(made, INLINE_NAMES) };
    } catch {
      // Said below, where both readings have failed.
    }
  }
  // As promptfoo has it: an expression may end with a semicolon.
  let end = whole.length;
  while (end > 0 && (whole[end - 1] === ';' || trim(whole[end - 1]) === '')) end -= 1;
  const expression = slice(whole, 0, end);
  const asynchronous = indexOf(made.body, 'await') >= 0;
  const variants = asynchronous ? [true, false] : [false];
  let expressionError = null;
  let bodyError = null;
  for (let i = 0; i < variants.length; i += 1) {
    try {
      made.body = expression;
      // The number before it is a statement: the engine notes a line for statements, not for what is returned.
      const head = indexOf(expression, '\n') < 0 ? '0;return (' : 'return (';
      return { __proto__: null, body: false, action: compile(made, INLINE_NAMES, head, ')', variants[i]) };
    } catch (error) {
      if (expressionError === null) {
        expressionError = { __proto__: null, error };
        if (isSyntax(error)) tell(error, made.file);
      }
    }
    made.body = whole;
    try {
      return { __proto__: null, body: true, action: compile(made, INLINE_NAMES, '', '', variants[i]) };
    } catch (error) {
      bodyError ??= { __proto__: null, error };
    }
  }
  // The text was meant as an expression where nothing in it belongs to statements.
  throw indexOf(made.body, 'return') < 0 && indexOf(made.body, ';') < 0 ? expressionError.error : bodyError.error;
}

/** Scores; `done` gets the value. */
export function score(request, hooks, done, failed) {
  const program = request.program;
  const output = own(request, 'output');
  const context = own(request, 'context') ?? {};
  const call = (action) => {
    let value;
    try {
      value = action(output, context);
    } catch (error) {
      failed(error);
      return;
    }
    when(value, done, failed);
  };
  if (own(program, 'form') !== 'inline') {
    runModule(program, hooks, (module) => {
      let action;
      try {
        action = entryOf(module, own(program, 'entry'), program.file);
      } catch (error) {
        failed(error);
        return;
      }
      call(action);
    }, failed);
    return;
  }
  const member = (name) => (typeof context === 'object' && context !== null && !isArray(context) ? own(context, name) : undefined);
  const module = { exports: {} };
  let compiled;
  let value;
  try {
    if (trim(program.source) === '') throw problem('missing', 'the inline program is empty');
    compiled = compiling(() => compileInline(unit(program.file, program.source), own(program, 'returns') === true));
    value = compiled.action(
      output, context, member('golden'), member('vars'), member('config'), member('meta'), member('json'),
      requireFrom(''), module, module.exports,
    );
  } catch (error) {
    failed(error);
    return;
  }
  when(value, (found) => {
    if (typeof found === 'function') call(found);
    else if (found === undefined && compiled.body) {
      let entry;
      try {
        entry = entryOf(module, own(program, 'entry'), program.file);
      } catch {
        done(undefined);
        return;
      }
      call(entry);
    } else done(found);
  }, failed);
}

