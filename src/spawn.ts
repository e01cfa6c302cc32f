import type { Env } from "./context.ts";
import { codeOf } from "./errors.ts";

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** A shell reports a child that a signal ended as this much more than the signal's number. */
const SIGNAL_BASE = 128;

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

function exitCodeOf(child: Bun.Subprocess): number {
  if (child.signalCode === null) return child.exitCode ?? 0;
  return SIGNAL_BASE + (SIGNAL_NUMBERS[child.signalCode] ?? 0);
}

/** Passes the signals on that would end this process while its child runs. */
function forwardSignals(child: () => Bun.Subprocess | null): () => void {
  // At a terminal the child is in the same group and gets what the keyboard sends by itself.
  const keyboard = new Set(process.stdin.isTTY ? ["SIGINT", "SIGQUIT"] : []);
  const handlers = FORWARDED.map((signal) => {
    const handler = () => {
      if (!keyboard.has(signal)) child()?.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

/**
 * Runs a program without a shell on this process's terminal, with the given umask, and returns what a shell
 * would: its exit code, 128 + the signal that ended it, 127 where there is none, 126 where it can't be run.
 */
export async function runProgram(
  argv: readonly string[],
  env: Env,
  host: { readonly umask: number; complain(message: string): void },
): Promise<number> {
  let child: Bun.Subprocess | null = null;
  const stopForwarding = forwardSignals(() => child);
  const ownUmask = process.umask(host.umask);
  try {
    child = Bun.spawn([...argv], { env: { ...env }, stdio: ["inherit", "inherit", "inherit"] });
    process.umask(ownUmask);
    await child.exited;
    return exitCodeOf(child);
  } catch (error) {
    const code = codeOf(error);
    const reason = code === "ENOENT" ? "command not found" : code;
    host.complain(`mm: can't run ${argv[0]}: ${reason}
`);
    return code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
  } finally {
    process.umask(ownUmask);
    stopForwarding();
  }
}
