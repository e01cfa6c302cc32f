/** What reads at once, without the event loop and the threads that read a pipe and a small file otherwise. */
export interface SystemCalls {
  /**
   * Waits until there is something to read, or the end of it, but no longer than this.
   * @returns null where a signal or the system ended the wait
   */
  isReadable(descriptor: number, withinMs: number): boolean | null;
  /** How many bytes were read: none at the end, fewer than none where the system refuses. */
  read(descriptor: number, into: Uint8Array): number;
  /** The text of a short ASCII file, or null. */
  readText(path: string): string | null;
}

/** The name holds for glibc, and for musl, which takes it for its own. */
const LIBRARY = "libc.so.6";
const POLLIN = 1;
const O_CLOEXEC = 0x8_0000;
const TEXT_BYTES = 4096;

const FUNCTIONS = {
  poll: { args: ["buffer", "u32", "int"], returns: "int" },
  read: { args: ["int", "buffer", "u32"], returns: "int" },
  open: { args: ["buffer", "int"], returns: "int" },
  close: { args: ["int"], returns: "int" },
} as const;

/** The bytes of an ASCII text, as C ends it. A TextEncoder takes longer to make than this. */
function cString(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function characters(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/** What `bun:ffi` wraps. It takes arrays for buffers as they are, and that module takes longer to load than all else here. */
type Native = Pick<typeof import("bun:ffi"), "dlopen">;

async function load(): Promise<SystemCalls> {
  const { FFI } = Bun as { FFI?: Native };
  const { dlopen } = FFI ?? (await import("bun:ffi"));
  const { poll, read, open, close } = dlopen(LIBRARY, FUNCTIONS).symbols;
  return {
    isReadable(descriptor, withinMs) {
      // A descriptor, and in two halves of the next number what to wait for and what has come.
      const ready = poll(new Int32Array([descriptor, POLLIN]), 1, withinMs);
      return ready < 0 ? null : ready > 0;
    },
    read: (descriptor, into) => read(descriptor, into, into.length),
    readText(path) {
      const descriptor = open(cString(path), O_CLOEXEC);
      if (descriptor < 0) return null;
      const bytes = new Uint8Array(TEXT_BYTES);
      const count = read(descriptor, bytes, TEXT_BYTES);
      close(descriptor);
      return count < 0 ? null : characters(bytes.subarray(0, count));
    },
  };
}

let loaded: SystemCalls | null = null;

/** Loads them in a tenth of a millisecond; null where the system isn't Linux, or forbids code that is made at run time. */
export async function loadSystemCalls(): Promise<SystemCalls | null> {
  if (process.platform !== "linux") return null;
  try {
    loaded ??= await load();
  } catch {
    // There are slower ways to read.
  }
  return loaded;
}

/** Those that were loaded before, or null. */
export function loadedSystemCalls(): SystemCalls | null {
  return loaded;
}
