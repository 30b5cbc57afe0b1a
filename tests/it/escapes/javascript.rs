//! Attempts in JavaScript.

use super::Attempt;

pub(super) const ATTEMPTS: [Attempt; 32] = [
    (
        "a file through require",
        "return require('fs').readFileSync('/etc/passwd').length > 0",
    ),
    (
        "a file through import",
        "return import('fs').then(fs => fs.readFileSync('/etc/passwd').length > 0)",
    ),
    (
        "a file through import of its path",
        "return import('/etc/passwd').then(() => true)",
    ),
    (
        "a file beside the scorer that was not handed over",
        "return require('../../../etc/passwd') !== undefined",
    ),
    (
        "the file system of QuickJS",
        "return typeof std !== 'undefined' || typeof os !== 'undefined'",
    ),
    (
        "the modules of QuickJS",
        "return import('qjs:os').then(() => true)",
    ),
    (
        "a process",
        "return require('child_process').execSync('id').length > 0",
    ),
    ("the environment", "return Object.keys(process.env).length > 0"),
    (
        "the arguments",
        "return process.argv.some(text => text.includes('/'))",
    ),
    (
        "a binding of the process",
        "return process.binding('fs') !== undefined",
    ),
    ("ending the process with success", "process.exit(0); return true"),
    ("a request", "return fetch('http://127.0.0.1/').then(() => true)"),
    ("a request of the old kind", "new XMLHttpRequest(); return true"),
    ("a web socket", "new WebSocket('ws://127.0.0.1/'); return true"),
    ("a worker", "new Worker('x.js'); return true"),
    (
        "shared memory between threads",
        "const m = new SharedArrayBuffer(8); Atomics.wait(new Int32Array(m), 0, 0, 1000); return typeof Worker === 'function'",
    ),
    (
        "more WebAssembly",
        "return typeof WebAssembly.Module === 'function'",
    ),
    (
        "the real time",
        "return Date.now() > 1800000000000 || Date.now() < 1700000000000",
    ),
    (
        "time that passes",
        "const a = performance.now(); for (let i = 0; i < 1e5; i++); return performance.now() - a > 1",
    ),
    (
        "the date behind the date",
        "const D = Object.getPrototypeOf(new Date()).constructor; return D.now() > 1800000000000",
    ),
    ("the host's own interface", "return typeof wit !== 'undefined'"),
    (
        "the table of exports",
        "globalThis.__cqjs.asyncExports.run = () => '{\"value\":1,\"error\":null}'; return false",
    ),
    (
        "replacing the exports",
        "globalThis.__cqjs = {asyncExports: {run: () => '{\"value\":1,\"error\":null}'}}; return false",
    ),
    (
        "a prototype that answers",
        "Object.prototype.valueOf = () => 1; Object.prototype.score = 1; return {}",
    ),
    (
        "a string that answers",
        "String.prototype.toString = () => '1'; JSON.stringify = () => '1'; return 'no'",
    ),
    (
        "a promise that answers",
        "Promise.prototype.then = function (f) { f(1); return this; }; return 0",
    ),
    (
        "the caller's variables",
        "return typeof arguments.callee.caller === 'function'",
    ),
    (
        "a state left by another call",
        "if (globalThis.left) return true; globalThis.left = 1; Array.prototype.left = 1; return false",
    ),
    (
        "more memory than allowed",
        "const all = []; for (let i = 0; i < 200; i++) all.push(new Uint8Array(1 << 20).fill(1)); return true",
    ),
    (
        "an endless loop that swallows what stops it",
        "for (;;) { try { for (;;); } catch { return true } }",
    ),
    (
        "an endless chain of promises",
        "const spin = () => Promise.resolve().then(spin); return spin().then(() => true)",
    ),
    (
        "recursion that takes the host's stack",
        "const f = () => f() + 1; try { f(); } catch { return false } return true",
    ),
];
