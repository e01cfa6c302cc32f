import { constants } from "node:os";
import type { ProgramRunner } from "../context.ts";
import { codeOf } from "../errors.ts";
import type { Env } from "../settings/environment.ts";

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** A shell reports a child that a signal ended as this much more than the signal's number. */
const SIGNAL_BASE = 128;

const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

type Forwarded = (typeof FORWARDED)[number];

interface SpawnHost {
  /** The mask that the program gets. */
  readonly umask: number;
  complain(message: string): void;
}

function signalNumber(signal: string | number): number {
  // Signals without a name, such as the real-time ones, come as numbers.
  if (typeof signal === "number") return signal;
  return (constants.signals as Readonly<Record<string, number>>)[signal] ?? 0;
}

function exitCodeOf(child: Bun.Subprocess): number {
  if (child.signalCode === null) return child.exitCode ?? 0;
  return SIGNAL_BASE + signalNumber(child.signalCode);
}

/** Runs one program in this process's place, so to speak: it gets the signals that would end this process. */
class Runner implements ProgramRunner {
  readonly #host: SpawnHost;
  readonly #handlers: readonly (readonly [Forwarded, () => void])[];
  #child: Bun.Subprocess | null = null;
  #early: Forwarded | null = null;

  constructor(host: SpawnHost) {
    this.#host = host;
    this.#handlers = FORWARDED.map((signal) => [signal, () => this.#pass(signal)]);
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
  }

  #pass(signal: Forwarded): void {
    // At a terminal the child is in the same group and gets what the keyboard sends by itself.
    const isKeyboard = signal === "SIGINT" || signal === "SIGQUIT";
    if (isKeyboard && process.stdin.isTTY) return;
    if (this.#child === null) this.#early = signal;
    else this.#child.kill(signal);
  }

  async run(argv: readonly string[], env: Env): Promise<number> {
    // Lets in what came while the store was at work.
    await Bun.sleep(0);
    if (this.#early !== null) return SIGNAL_BASE + signalNumber(this.#early);
    const ownUmask = process.umask(this.#host.umask);
    try {
      const stdio = ["inherit", "inherit", "inherit"] as const;
      this.#child = Bun.spawn([...argv], { env: { ...env }, stdio: [...stdio] });
    } catch (error) {
      const code = codeOf(error);
      const reason = code === "ENOENT" ? "command not found" : code;
      this.#host.complain(`mm: can't run ${argv[0]}: ${reason}\n`);
      return code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
    } finally {
      process.umask(ownUmask);
    }
    await this.#child.exited;
    return exitCodeOf(this.#child);
  }

  release(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }
}

/**
 * Prepares to run a program without a shell on this process's terminal. Its exit code is what a shell would
 * give: the program's own, 128 + the signal that ended it, 127 where there is none, 126 where it can't be run.
 */
export function createRunner(host: SpawnHost): ProgramRunner {
  return new Runner(host);
}
