import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import type { LossPlaces } from "../files/troubles.ts";
import type { Env } from "../settings/environment.ts";
import { loadConfig, withoutHere } from "../settings/home.ts";
import type { StoreHost } from "../store/connection.ts";
import { Store } from "../store/store.ts";
import { callingAgent, isAgentGone } from "./agent-process.ts";
import { readHookInput } from "./hook-input.ts";
import { processStart } from "./process-stat.ts";
import { loadSystemCalls } from "./system-calls.ts";

async function createStore(env: Env, host: StoreHost): Promise<Store> {
  return new Store(await loadConfig(env, host.warn), host);
}

/** How long a person's command waits for the database's lock. */
const LOCK_WAIT_MS = 5000;

/** The process as commands see it. Nothing else in `src` reads or changes the process. */
export interface Host {
  readonly context: Context;
  exit(code: number): void;
}

/** Uses the binding because opening process.stdout takes 10 ms, and loading node:tty 4 ms. */
function isTty(fd: number): boolean {
  const { binding } = process as unknown as {
    binding(name: "tty_wrap"): { isTTY(fd: number): boolean };
  };
  return binding("tty_wrap").isTTY(fd);
}

async function writeOut(text: string): Promise<boolean> {
  if (text === "") return true;
  try {
    await Bun.write(Bun.stdout, text);
    return true;
  } catch (error) {
    if (codeOf(error) === "EPIPE") return false;
    throw new UserError("output", `can't write to standard output: ${codeOf(error)}`);
  }
}

async function openStore(env: Env, warnings: string[], waitMs: number): Promise<Store> {
  const warn = (message: string) => void warnings.push(message);
  return await createStore(env, {
    newId: () => crypto.randomUUID(),
    waitMs,
    warn,
  });
}

/** Avoids console.error, which colours text on a terminal, and process.stderr, which takes 10 ms to open. */
function err(text: string): void {
  try {
    const sink = Bun.stderr.writer();
    sink.write(text);
    void sink.flush();
  } catch (error) {
    // A writer needs a descriptor of its own, and there may be none left.
    if (codeOf(error) === "EMFILE") writeWhole(text);
    // Otherwise, nobody reads it.
  }
}

function writeWhole(text: string): void {
  try {
    process.getBuiltinModule("node:fs").writeSync(2, text);
  } catch {
    // Nobody reads stderr.
  }
}

/** A shell starts in a millisecond. The program itself would take its time from the caller, which is about to end. */
const AFTER_A_SECOND = ["/bin/sh", "-c", 'sleep 1; exec nice "$0" "$@"'];

function runDetached(argv: readonly string[], env: Env): boolean {
  try {
    const stdio = ["ignore", "ignore", "ignore"] as const;
    Bun.spawn([...argv], {
      env: { ...withoutHere(env) },
      stdio: [...stdio],
      detached: true,
    }).unref();
    return true;
  } catch {
    return false;
  }
}

/** Runs this program in a session of its own, so that it outlives its caller, which doesn't wait. */
function runAlone(words: readonly string[], env: Env): void {
  // Uncompiled, the executable is Bun.
  const self = Bun.main.includes("$bunfs") ? [] : [Bun.main];
  const argv = [process.execPath, ...self, ...words];
  // If neither can be run, the next call tries again.
  void (runDetached([...AFTER_A_SECOND, ...argv], env) || runDetached(argv, env));
}

function beforeSignalled(work: () => void): () => void {
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => {
      release();
      work();
      // Without the handler the signal now has its default effect.
      process.kill(process.pid, signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  const release = () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
  return release;
}

function lossPlacesOf(home: string, env: Env): LossPlaces {
  const user = process.getuid?.();
  const name = `mm-lost-${user}-${Bun.hash(home).toString(36)}`;
  return { home, outside: `${env["TMPDIR"] || "/tmp"}/${name}`, user };
}

const TERMINAL: Context["terminal"] = {
  stdoutIsTty: () => isTty(1),
  stderrIsTty: () => isTty(2),
  stdinIsTty: () => isTty(0),
  confirm: async (question) => (await import("./confirm.ts")).confirm(question, err),
  columns: () => (isTty(1) ? process.stdout : process.stderr).columns || 80,
  rows: () => process.stdout.rows || 24,
};

function exit(code: number): void {
  process.exitCode = code;
}

/** Builds the context of this process. Must not touch process.stdout or .stdin, which would cost 10 ms. */
export function createHost(): Host {
  // Only the user may read what mm creates. Programs that mm runs get the caller's umask back.
  const callersUmask = process.umask(0o077);
  const env: Readonly<Record<string, string | undefined>> = process.env;
  const warnings: string[] = [];
  let store: Store | null = null;
  let next: readonly string[] | null = null;
  const context: Context = {
    argv: process.argv.slice(2),
    env,
    executable: process.execPath,
    cwd: () => process.cwd(),
    now: () => new Date(),
    startedAt: processStart,
    sleep: (ms) => Bun.sleep(ms),
    newId: () => crypto.randomUUID(),
    readStdin: async (limit) => (await import("./stdin.ts")).readStdin(limit),
    stdinStream: () => Bun.stdin.stream(),
    readHookInput: async (withinMs) =>
      await readHookInput(await loadSystemCalls(), () => Bun.stdin.stream(), withinMs),
    lossPlaces: (home) => lossPlacesOf(home, env),
    elapsedMicros: () => Math.round(Bun.nanoseconds() / 1000),
    out: writeOut,
    err,
    warnings,
    terminal: TERMINAL,
    beforeSignalled,
    screen: async () => (await import("./screen.ts")).openScreen(),
    pager: async (argv) => (await import("./pager.ts")).startPager(argv, env, callersUmask),
    capture: async (...asked) =>
      (await import("./probe.ts")).askAsCaller(context, callersUmask, asked),
    programRunner: async () =>
      (await import("./spawn.ts")).createRunner({ umask: callersUmask, complain: err }),
    serving: async () => (await import("./serving.ts")).createServing(env, callersUmask),
    stays: async () => (await import("./memory.ts")).stay(context.startAnew),
    machine: async () => await (await import("./machine.ts")).findMachine(context),
    agentProcesses: { caller: callingAgent, isGone: isAgentGone },
    disk: () => import("node:fs"),
    store: async (waitMs = LOCK_WAIT_MS) => {
      store ??= await openStore(env, warnings, waitMs);
      return store;
    },
    later: (words) => {
      next = words;
    },
    startAnew: async (...variable) =>
      (await import("./start-anew.ts")).startAnew(context, callersUmask, variable),
    close: () => {
      store?.close();
      if (next !== null) runAlone(next, env);
      next = null;
    },
  };
  return { context, exit };
}
