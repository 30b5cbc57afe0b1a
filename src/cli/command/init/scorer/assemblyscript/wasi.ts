// stdin, stdout, stderr and the end of the program, by WASI preview 1.

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: u32, parts: usize, count: u32, done: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, parts: usize, count: u32, done: usize): u32;
// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: u32): void;

const CHUNK: i32 = 65536;
// Address and size of a buffer, then how many bytes were read or written.
const part = memory.data(8);
const done = memory.data(4);

/** All of stdin as text. */
export function readAll(): string {
  let all = new Uint8Array(CHUNK);
  let size = 0;
  while (true) {
    if (all.length - size < CHUNK) {
      const larger = new Uint8Array(all.length * 2);
      larger.set(all);
      all = larger;
    }
    store<u32>(part, u32(all.dataStart + usize(size)));
    store<u32>(part, u32(CHUNK), 4);
    if (fd_read(0, part, 1, done) != 0) break;
    const got = load<u32>(done);
    if (got == 0) break;
    size += got;
  }
  return String.UTF8.decodeUnsafe(all.dataStart, usize(size));
}

function write(fd: u32, text: string): void {
  const bytes = String.UTF8.encode(text);
  let from = changetype<usize>(bytes);
  let left = u32(bytes.byteLength);
  while (left > 0) {
    store<u32>(part, u32(from));
    store<u32>(part, left, 4);
    if (fd_write(fd, part, 1, done) != 0) return;
    const wrote = load<u32>(done);
    from += wrote;
    left -= wrote;
  }
}

/** Writes to stdout. */
export function print(text: string): void {
  write(1, text);
}

/** Writes to stderr. */
export function printError(text: string): void {
  write(2, text);
}

/** Ends the program. */
export function exit(code: u32): void {
  proc_exit(code);
}

/** What the compiler calls where the program gives up: in the place of an import that only browsers have. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const where = (file !== null ? file : "?") + ":" + line.toString() + ":" + column.toString();
  printError(where + ": " + (message !== null ? message : "it gave up") + "\n");
  proc_exit(1);
}
