import { constants } from "node:os";
import type { ProgramRunner } from "../context.ts";
import { codeOf } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";
import type { Env } from "../settings/environment.ts";
import { programOf } from "../settings/programs.ts";

const NO_COMMAND = "command not found";
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** A shell reports death by a signal as this plus the signal's number. */
const SIGNAL_BASE = 128;

const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

type Forwarded = (typeof FORWARDED)[number];

interface SpawnHost {
  /** The program's umask. */
  readonly umask: number;
  complain(message: string): void;
}

function signalNumber(signal: string | number): number {
  // Signals without a name, such as the real-time ones, are numbers.
  if (typeof signal === "number") return signal;
  return (constants.signals as Readonly<Record<string, number>>)[signal] ?? 0;
}

function exitCodeOf(child: Bun.Subprocess): number {
  if (child.signalCode === null) return child.exitCode ?? 0;
  return SIGNAL_BASE + signalNumber(child.signalCode);
}

/** Runs one program and forwards to it the signals that would end this process. */
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
    // At a terminal the child is in the same process group, so the keyboard's signals reach it directly.
    const isKeyboard = signal === "SIGINT" || signal === "SIGQUIT";
    if (isKeyboard && process.stdin.isTTY) return;
    if (this.#child === null) this.#early = signal;
    else this.#child.kill(signal);
  }

  async run(argv: readonly string[], env: Env, folder?: string): Promise<number> {
    // Lets signals in that arrived while the store was busy.
    await Bun.sleep(0);
    if (this.#early !== null) return SIGNAL_BASE + signalNumber(this.#early);
    const program = programOf(argv, env);
    if (program === null) return this.#refused(argv, NO_COMMAND, NOT_FOUND);
    const ownUmask = process.umask(this.#host.umask);
    try {
      const stdio = ["inherit", "inherit", "inherit"] as const;
      this.#child = Bun.spawn([program, ...argv.slice(1)], {
        argv0: argv[0] ?? program,
        env: { ...env },
        stdio: [...stdio],
        ...(folder === undefined ? {} : { cwd: folder }),
      });
    } catch (error) {
      const code = codeOf(error);
      const reason = whyRefused(error, { ENOENT: NO_COMMAND });
      return this.#refused(argv, reason, code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE);
    } finally {
      process.umask(ownUmask);
    }
    await this.#child.exited;
    return exitCodeOf(this.#child);
  }

  #refused([word]: readonly string[], reason: string, code: number): number {
    this.#host.complain(`mm: can't run ${word}: ${reason}\n`);
    return code;
  }

  release(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }
}

/**
 * Prepares to run a program without a shell on this process's terminal. The exit code follows the shell's
 * rules: the program's own, 128 + the signal that ended it, 127 if it isn't found, 126 if it can't be run.
 */
export function createRunner(host: SpawnHost): ProgramRunner {
  return new Runner(host);
}
