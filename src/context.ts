import type { Disk } from "./files/durable.ts";
import type { LossPlaces } from "./files/troubles.ts";
import type { Env } from "./settings/environment.ts";
import type { AgentProcess } from "./store/rows.ts";
import type { Store } from "./store/store.ts";

/** Everything that a command may use of the outside world. Tests pass their own. */
export interface Context {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly env: Env;
  /** The path of this program's executable. */
  readonly executable: string;
  /** The working directory. Throws if it has been deleted. */
  cwd(): string;
  now(): Date;
  /** When this process was started, which may be before the system let it run. */
  startedAt(): Promise<Date>;
  /** Waits this long. */
  sleep(ms: number): Promise<void>;
  /** A new lower-case UUIDv4. */
  newId(): string;
  /** Reads all of standard input. Returns its first `limit` bytes and its total size. */
  readStdin(limit: number): Promise<{ readonly head: Uint8Array; readonly total: number }>;
  /** Standard input, piece by piece. */
  stdinStream(): ReadableStream<Uint8Array>;
  /**
   * Reads a hook's payload from standard input: everything up to its end, or what has arrived within
   * `withinMs`. Of more than 8 MB it keeps only the head and the tail.
   */
  readHookInput(withinMs: number): Promise<HookInput>;
  /** Where the events that hooks lose are counted. */
  lossPlaces(home: string): LossPlaces;
  /** Microseconds since this process started. */
  elapsedMicros(): number;
  /**
   * Writes to stdout.
   * @returns false if the pipe is closed, so that nobody reads any more
   * @throws UserError `output` for any other failure
   */
  out(text: string): Promise<boolean>;
  err(text: string): void;
  /** Lines to print on stderr after the command; each is printed once. */
  readonly warnings: string[];
  readonly terminal: Terminal;
  /**
   * Runs `work` before a signal ends this process. Signals then act only when the event loop runs, so the
   * caller must await something from time to time.
   * @returns a function that undoes this
   */
  beforeSignalled(work: () => void): () => void;
  /** Takes over the terminal until the screen is closed. */
  screen(): Promise<Screen>;
  /** Starts a pager on this terminal; null if it can't be run. */
  pager(argv: readonly string[]): Promise<Pager | null>;
  /** Runs a program and returns its stdout, or null if it can't be run, fails, or exceeds the time or the size. */
  capture(
    argv: readonly string[],
    timeoutMs: number,
    given?: CaptureOptions,
  ): Promise<string | null>;
  /** From now on the signals that would end this process go to the program that the runner runs. */
  programRunner(): Promise<ProgramRunner>;
  /** From now on the signals that would end this process settle `stopped` instead. */
  serving(): Promise<Serving>;
  /**
   * This process stays: it may start anew, and from now on it gives memory that it no longer needs back to the system,
   * from time to time and whenever it has worked, which it says by what is returned.
   */
  stays(): Promise<() => void>;
  /** This machine's name for people, and what tells it from every other one. */
  machine(): Promise<{ readonly name: string; readonly id: string }>;
  readonly agentProcesses: AgentProcesses;
  /** The file system, for editing other programs' files. Loading it takes a millisecond. */
  disk(): Promise<Disk>;
  /** The sessions and events on disk, opened on first use. `waitMs` limits the wait for a lock. */
  store(waitMs?: number): Promise<Store>;
  /** Has this program run again with these words, once this call has answered; nobody waits for it. */
  later(words: readonly string[]): void;
  /** Has this process run the program anew, with one environment variable more; returns if it has that already, or can't. */
  startAnew(variable: string, value: string): Promise<void>;
  /** Closes the store if it is open. */
  close(): void;
}

/** What a program that is run gets. */
interface CaptureOptions {
  /** Nothing by default. */
  readonly stdin?: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether it gets these variables alone. */
  readonly isAlone?: true;
  /** The most that it may print: 1 MB by default. */
  readonly maxBytes?: number;
  /** Ends it when nobody waits for its answer any more. */
  readonly until?: AbortSignal;
}

/** The processes that agents are. */
interface AgentProcesses {
  /**
   * The agent that runs this hook: `named` is the pid that its environment tells, `parent` that of the process that
   * ran the hook, where this one may have lost it, `program` what the agent's is called, and what script it is where
   * an interpreter runs it. Null where nobody can tell.
   */
  caller(
    named: string | undefined,
    parent: string | null,
    program: { readonly name: string; readonly script: RegExp },
  ): Promise<AgentProcess | null>;
  /** Whether it is surely over; false where that can't be told, as of null. */
  isGone(process: AgentProcess | null): Promise<boolean>;
}

/** What listens on a port. */
export interface Listener {
  readonly port: number;
  /** Ends all connections. */
  stop(): Promise<void>;
}

/** What serving a page on this machine needs. */
export interface Serving {
  readonly pid: number;
  /** Settles when this process is to end. */
  readonly stopped: Promise<void>;
  /** Listens on a port of 127.0.0.1, 0 for any, with a handler for the actual one; null if it is taken. */
  listen(
    port: number,
    handlerFor: (port: number) => (request: Request) => Promise<Response>,
  ): Listener | null;
  /** Whether a process of this number runs. */
  isAlive(pid: number): boolean;
  /** Whether a server of `mm` with this token listens on this port. */
  answers(port: number, token: string): Promise<boolean>;
  /** Runs this program with these words, and returns what it prints. */
  runSelf(
    words: readonly string[],
    signal: AbortSignal,
  ): Promise<{ code: number; out: string; err: string }>;
  /** Whether a file can be opened in a browser. */
  canOpen(): boolean;
  open(path: string): void;
}

/** A program that shows text screen by screen. */
export interface Pager {
  /** @returns false once the user has left it */
  write(text: string): Promise<boolean>;
  /** Ends its input, and waits for the user to leave it. */
  close(): Promise<void>;
}

export interface ProgramRunner {
  /**
   * Runs a program on the same terminal, in this folder or the working directory, and returns its exit code. If a
   * signal came first, returns its code instead.
   */
  run(argv: readonly string[], env: Env, folder?: string): Promise<number>;
  /** Stops forwarding signals, which then end this process again. */
  release(): void;
}

export interface HookInput {
  /** The whole payload or, if it is too large, its first 64 KB. */
  readonly head: Uint8Array;
  /** The last 4 KB of a payload that is too large, else empty. */
  readonly tail: Uint8Array;
  readonly total: number;
  /** Whether `head` holds everything that arrived. */
  readonly isWhole: boolean;
  /** Whether the input ended in time. */
  readonly ended: boolean;
  /** Gives back the memory of the bytes: what held the whole payload is empty from then on. */
  release(): void;
}

/** Facts about the terminal. Each costs milliseconds, so ask late. */
interface Terminal {
  stdoutIsTty(): boolean;
  stderrIsTty(): boolean;
  stdinIsTty(): boolean;
  /** Asks on stderr and returns whether the answer starts with y. */
  confirm(question: string): Promise<boolean>;
  /** The width in cells of the terminal on stdout, else of the one on stderr. */
  columns(): number;
  /** The number of lines of the terminal on stdout. */
  rows(): number;
}

/** A key that was pressed. `text` is one that types a character; `leave` is Ctrl-C and its like. */
export interface Key {
  readonly name:
    | "text"
    | "enter"
    | "tab"
    | "escape"
    | "backspace"
    | "clear"
    | "up"
    | "down"
    | "page-up"
    | "page-down"
    | "home"
    | "end"
    | "leave"
    | "suspend";
  /** The character, or empty. */
  readonly text: string;
}

/** Why a screen is to be drawn again, or no more: `code` is an exit code. */
export type ScreenEvent =
  | { readonly kind: "redraw" }
  | { readonly kind: "key"; readonly key: Key }
  | { readonly kind: "ended"; readonly code: number };

/** A terminal whose text can be redrawn. */
export interface Screen {
  /** The current number of lines. */
  rows(): number;
  /** The current width in cells. */
  columns(): number;
  /** Draws lines that are no wider than the terminal. Lines that don't fit its height are dropped. */
  show(text: string): void;
  /** Waits for a key, for a reason to redraw, such as another size, or for this long. */
  wait(ms: number): Promise<ScreenEvent>;
  /** Restores the terminal. */
  close(): void;
}
