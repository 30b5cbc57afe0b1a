// `require`: the files that came with the request, `assert`, and nothing else.

import { add, endsWith, hasOwn, indexOf, keys, lastIndexOf, list, parse, slice, startsWith, text } from './own.js';
import { assert } from './assert.js';
import { problem } from './errors.js';
import { compile, unit } from './source.js';

const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '.json', '/index.js', '/index.cjs', '/index.mjs', '/index.ts'];

/** The texts of the request, and what ran of them already. */
let texts = { __proto__: null };
let ran = { __proto__: null };
/** The loaded program: tests may ask for it by its file name. */
let program = null;

/** Takes the helper files of a request. */
export function supply(modules) {
  texts = { __proto__: null };
  ran = { __proto__: null };
  const names = modules === undefined || modules === null ? [] : keys(modules);
  for (let i = 0; i < names.length; i += 1) texts[names[i]] = modules[names[i]];
}

/** Makes the loaded program known to `require`; `exported` gives what it exports. */
export function offer(file, exported) {
  const name = slice(file, lastIndexOf(file, '/') + 1);
  const dot = lastIndexOf(name, '.');
  program = { __proto__: null, stem: dot > 0 ? slice(name, 0, dot) : name, exported };
}

/** A path made of a folder and a relative path; `..` above the top stays at the top. */
function join(folder, path) {
  let out = folder;
  let rest = path;
  while (rest !== '') {
    const cut = indexOf(rest, '/');
    const part = cut < 0 ? rest : slice(rest, 0, cut);
    rest = cut < 0 ? '' : slice(rest, cut + 1);
    if (part === '' || part === '.') continue;
    if (part === '..') {
      const up = lastIndexOf(out, '/');
      out = up < 0 ? '' : slice(out, 0, up);
    } else out = out === '' ? part : `${out}/${part}`;
  }
  return out;
}

function find(path) {
  for (let i = 0; i < ENDINGS.length; i += 1) {
    const name = path === '' && startsWith(ENDINGS[i], '/') ? slice(ENDINGS[i], 1) : path + ENDINGS[i];
    if (hasOwn(texts, name)) return name;
  }
  // TypeScript is imported under the name that its JavaScript would have.
  if (endsWith(path, 'js')) {
    const name = `${slice(path, 0, -2)}ts`;
    if (hasOwn(texts, name)) return name;
  }
  return null;
}

function listing() {
  const names = keys(texts);
  let out = '';
  for (let i = 0; i < names.length; i += 1) out += `${out === '' ? '' : ', '}${names[i]}`;
  return out === '' ? 'no file came with it' : `the files beside it are ${out}`;
}

function evaluate(name) {
  const module = { exports: {}, id: name, filename: name, loaded: false };
  ran[name] = module;
  try {
    if (endsWith(name, '.json')) {
      try {
        module.exports = parse(texts[name]);
      } catch (error) {
        throw problem('syntax', `${name} is not JSON: ${text(error.message)}`, 'SyntaxError');
      }
    } else {
      run(unit(name, texts[name]), module, requireFrom(folderOf(name)));
    }
  } catch (error) {
    delete ran[name];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

const folderOf = (name) => (lastIndexOf(name, '/') < 0 ? '' : slice(name, 0, lastIndexOf(name, '/')));

const NAMES = 'module,exports,require,__filename,__dirname';

/** Runs a CommonJS text. */
function run(made, module, require) {
  compile(made, NAMES).call(module.exports, module, module.exports, require, module.filename, '.');
}

/** A `require` for a file of the folder. */
export function requireFrom(folder) {
  const require = (specifier) => {
    const name = text(specifier);
    if (name === 'assert' || name === 'node:assert') return assert;
    if (name === 'assert/strict' || name === 'node:assert/strict') return assert.strict;
    if (!startsWith(name, './') && !startsWith(name, '../') && name !== '.' && name !== '..') {
      throw problem(
        'missing',
        `there is no module \`${name}\` in the sandbox: a program finds \`assert\` and the files beside it (as \`./${name}\`)`,
      );
    }
    const path = join(folder, name);
    const found = find(path);
    if (found !== null) return hasOwn(ran, found) ? ran[found].exports : evaluate(found);
    if (program !== null && (path === program.stem || startsWith(path, `${program.stem}.`))) return program.exported();
    throw problem('missing', `there is no file for \`${name}\`: ${listing()}`);
  };
  return require;
}

/** The names of an object's own properties as a readable list. */
export function namesOf(object) {
  const names = keys(object);
  const shown = list();
  let out = '';
  for (let i = 0; i < names.length && shown.length < 30; i += 1) {
    add(shown, names[i]);
    out += `${out === '' ? '' : ', '}${names[i]}`;
  }
  return out;
}
