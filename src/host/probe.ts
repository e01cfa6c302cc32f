import type { Context } from "../context.ts";
import { withoutHere } from "../settings/home.ts";
import { programOf } from "../settings/programs.ts";

const MAX_BYTES = 1_048_576;
/** What a program has written when it ends is read within this time, even if others hold the pipe. */
const GRACE_MS = 200;

/** What a program is asked with. */
interface Asking {
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads; undefined for nothing. */
  readonly stdin?: string | undefined;
  /** 1 MB by default. */
  readonly maxBytes?: number | undefined;
  /** Ends it before its time. */
  readonly until?: AbortSignal | undefined;
  /** Runs work when a signal is about to end this process; returns what ends that. */
  beforeSignalled(work: () => void): () => void;
}

/** Ends a program with all that it has started, as far as that has stayed in its process group. */
function endGroup(child: Bun.Subprocess): void {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing of the group is left; or this system has no groups, and the child itself is all that is known.
    child.kill("SIGKILL");
  }
}

async function readSome(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  until: Promise<null>,
): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < maxBytes) {
    const read = await Promise.race([reader.read(), until]);
    if (read === null || read.done) break;
    text += decoder.decode(read.value, { stream: true });
  }
  void reader.cancel().catch(() => undefined);
  return text;
}

/**
 * What a program prints on stdout when it ends well within the time, or null. Neither it nor a child of it, which may
 * hold its stdout open, outlives the call. Neither is looked for in the working directory.
 */
export async function askProgram(
  argv: readonly string[],
  { timeoutMs, env, stdin, maxBytes = MAX_BYTES, until, beforeSignalled }: Asking,
): Promise<string | null> {
  const program = programOf(argv, env);
  if (program === null || until?.aborted) return null;
  const isDetached = process.platform !== "win32";
  const child = Bun.spawn([program, ...argv.slice(1)], {
    argv0: argv[0] ?? program,
    // It may start others by their names.
    env: withoutHere(env),
    detached: isDetached,
    stdio: [stdin === undefined ? "ignore" : new Blob([stdin]), "pipe", "ignore"],
  });
  const end = () => endGroup(child);
  const release = beforeSignalled(end);
  const { promise: isOver, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, timeoutMs, null);
  until?.addEventListener("abort", () => resolve(null), { once: true });
  // A child of it may hold the pipe.
  void child.exited.then(() => setTimeout(resolve, GRACE_MS, null));
  try {
    const text = await readSome(child.stdout, maxBytes, isOver);
    const code = await Promise.race([child.exited, isOver]);
    return code === 0 ? text : null;
  } finally {
    clearTimeout(timer);
    end();
    release();
  }
}

/** Like `askProgram`, with the environment and the umask that this process was started with; null, too, if it can't be run. */
export async function askAsCaller(
  { env: callers, beforeSignalled }: Pick<Context, "env" | "beforeSignalled">,
  umask: number,
  [argv, timeoutMs, given]: Parameters<Context["capture"]>,
): Promise<string | null> {
  const own = process.umask(umask);
  try {
    // The program may be compiled with Bun too, and this variable would make it run as plain Bun.
    const inherited = given?.isAlone ? {} : callers;
    const env = { ...inherited, BUN_BE_BUN: "", ...given?.env };
    const answer = askProgram(argv, { ...given, timeoutMs, env, beforeSignalled });
    process.umask(own);
    return await answer;
  } catch {
    return null;
  } finally {
    process.umask(own);
  }
}
