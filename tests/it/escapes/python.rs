//! Attempts in Python.

use super::Attempt;

pub(super) const ATTEMPTS: [Attempt; 40] = [
    ("reading a file", "return bool(open('/etc/passwd').read())"),
    (
        "reading through os",
        "import os\nreturn bool(os.read(os.open('/etc/passwd', os.O_RDONLY), 10))",
    ),
    (
        "reading through io",
        "import io\nreturn bool(io.FileIO('/etc/hostname').read())",
    ),
    (
        "reading through pathlib",
        "import pathlib\nreturn bool(pathlib.Path('/etc/passwd').read_text())",
    ),
    ("listing the root", "import os\nreturn len(os.listdir('/')) > 0"),
    (
        "listing the current folder",
        "import os\nreturn len(list(os.scandir('.'))) > 0",
    ),
    (
        "writing a file",
        "open('/tmp/escaped', 'w').write('x')\nreturn True",
    ),
    (
        "a temporary file",
        "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x')\nreturn True",
    ),
    (
        "climbing out of an open folder",
        "import os\nfor fd in range(3, 64):\n    try:\n        os.open('../../etc/passwd', os.O_RDONLY, dir_fd=fd)\n        return True\n    except Exception: pass\nreturn False",
    ),
    (
        "file descriptors that are open",
        "import os\nfor fd in range(3, 256):\n    try:\n        os.fstat(fd)\n        return True\n    except Exception: pass\nreturn False",
    ),
    ("stdin", "import sys\nreturn len(sys.stdin.read()) > 0"),
    ("the raw stdin", "import os\nreturn len(os.read(0, 100)) > 0"),
    (
        "an environment variable",
        "import os\nreturn len(os.environ) > 0 or os.getenv('PATH') is not None",
    ),
    (
        "the environment of the interpreter",
        "import posix\nreturn len(posix.environ) > 0",
    ),
    (
        "a process",
        "import subprocess\nsubprocess.check_output(['id'])\nreturn True",
    ),
    ("a shell", "import os\nreturn os.system('true') == 0"),
    ("a fork", "import os\nreturn os.fork() >= 0"),
    ("exec", "import os\nos.execv('/bin/sh', ['sh'])\nreturn True"),
    (
        "a signal",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nreturn True",
    ),
    (
        "a socket",
        "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)\nreturn True",
    ),
    (
        "a listening socket",
        "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\nreturn True",
    ),
    (
        "a name of the network",
        "import socket\nreturn bool(socket.getaddrinfo('localhost', 80))",
    ),
    (
        "a page",
        "import urllib.request\nreturn bool(urllib.request.urlopen('http://127.0.0.1/', timeout=1))",
    ),
    (
        "a thread",
        "import threading\nt = threading.Thread(target=lambda: None)\nt.start()\nreturn True",
    ),
    (
        "foreign functions",
        "import ctypes\nreturn ctypes.CDLL(None).getpid() >= 0",
    ),
    (
        "a native module",
        "import importlib.machinery as m\nreturn bool(m.ExtensionFileLoader('x', '/lib/x.so').load_module())",
    ),
    (
        "bytecode that reads behind its constants",
        "def f(): return 1\nf.__code__ = f.__code__.replace(co_consts=(), co_code=bytes([82, 255, 35, 0]))\nreturn f() is not None and False",
    ),
    (
        "the real time",
        "import time\nreturn time.time() > 1800000000 or time.time() < 1700000000",
    ),
    (
        "time that passes",
        "import time\na = time.perf_counter()\nsum(range(200000))\nreturn time.perf_counter() - a > 0.001",
    ),
    (
        "a buffer behind its end",
        "import struct\nreturn len(struct.unpack_from('100s', memoryview(bytearray(4)), 0)[0]) > 4",
    ),
    ("a package", "import numpy\nreturn True"),
    ("installing a package", "import pip\nreturn True"),
    ("the host's own interface", "import wit_world\nreturn True"),
    (
        "the component's runtime",
        "import componentize_py_runtime\nreturn True",
    ),
    (
        "answering from the outside",
        "import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith(('wit_world', 'componentize_py')):\n        return True\nreturn False",
    ),
    (
        "a state left by another call",
        "import builtins\nif hasattr(builtins, 'left'): return True\nbuiltins.left = 1\nreturn False",
    ),
    (
        "another case",
        "import gc\nreturn any(isinstance(o, dict) and o.get('golden') not in (None, 'the golden output') and 'output' in o for o in gc.get_objects())",
    ),
    (
        "more memory than allowed",
        "x = bytearray(200 << 20)\nreturn True",
    ),
    (
        "an endless loop that swallows what stops it",
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        return True",
    ),
    (
        "recursion that takes the host's stack",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\ntry:\n    f()\nexcept RecursionError:\n    return False\nreturn True",
    ),
];
