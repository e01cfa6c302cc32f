import type { Disk } from "./files/durable.ts";
import type { Env } from "./settings/environment.ts";
import type { Store } from "./store/store.ts";

/** Everything that a command may use of the world outside; the tests pass their own. */
export interface Context {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly env: Env;
  /** The path of this program's own file. */
  readonly executable: string;
  /** The working directory; throws where it has been deleted. */
  cwd(): string;
  now(): Date;
  /** When this process started. */
  startedAt(): Date;
  /** A new lower-case UUIDv4. */
  newId(): string;
  /** Standard input: its first `limit` bytes and how many bytes there were in all. */
  readStdin(limit: number): Promise<{ readonly head: Uint8Array; readonly total: number }>;
  /** Standard input, piece by piece. */
  stdinStream(): AsyncIterable<Uint8Array>;
  /**
   * Standard input as a hook gets it: what had come when it ended, or when the time was over. Of more than
   * 8 MB only the beginning and the end are kept.
   */
  readHookInput(withinMs: number): Promise<HookInput>;
  /** Microseconds since this process started. */
  elapsedMicros(): number;
  /**
   * Writes to stdout; any failure is a UserError but for a closed pipe.
   * @returns false where it is one, so that nobody reads any more
   */
  out(text: string): Promise<boolean>;
  err(text: string): void;
  /** Lines that stderr gets when the command is done; each is told once. */
  readonly warnings: string[];
  readonly terminal: Terminal;
  /**
   * Has `work` done before a signal of the person or the system ends this process, which it does at the next
   * turn of the event loop only: whoever asks for this has to wait for something from time to time.
   * @returns what takes it back
   */
  beforeSignalled(work: () => void): () => void;
  /** Takes the terminal over until it is closed. */
  screen(): Promise<Screen>;
  /** What a program prints, or null where it can't be run, fails or takes longer. */
  capture(argv: readonly string[], timeoutMs: number): Promise<string | null>;
  /** From now on the signals that would end this process are kept for the program that is to be run. */
  programRunner(): Promise<ProgramRunner>;
  /** The file system, for edits of other programs' files. It takes a millisecond to load. */
  disk(): Promise<Disk>;
  /** The sessions and events on disk; nothing is opened before the first use. `waitMs` bounds the wait for a lock. */
  store(waitMs?: number): Promise<Store>;
  /** Closes what `store` has opened. */
  close(): void;
}

export interface ProgramRunner {
  /** Runs a program on the same terminal and returns its exit code; where a signal came before, only that. */
  run(argv: readonly string[], env: Env): Promise<number>;
  /** Signals end this process again. */
  release(): void;
}

export interface HookInput {
  /** All that came or, where that is too large, its first 64 KB. */
  readonly head: Uint8Array;
  /** Its last 4 KB where it is too large, else empty. */
  readonly tail: Uint8Array;
  readonly total: number;
  /** Whether `head` is all that came. */
  readonly isWhole: boolean;
  /** Whether it ended in time. */
  readonly ended: boolean;
}

/** What is known of the terminal; each costs milliseconds to find out, so they are asked late. */
interface Terminal {
  stdoutIsTty(): boolean;
  stderrIsTty(): boolean;
  stdinIsTty(): boolean;
  /** Asks on stderr; true where the answer begins with y. */
  confirm(question: string): Promise<boolean>;
  /** Width of the terminal in cells: stdout's or, where that is none, stderr's. */
  columns(): number;
}

/** A terminal on which one text replaces another. */
export interface Screen {
  /** How many lines it has at the moment. */
  rows(): number;
  /** Lines that are no wider than the terminal; those below its height aren't shown. */
  show(text: string): void;
  /** Resolves after the time, or earlier to show anew; with the exit code once the person or a signal ends it. */
  wait(ms: number): Promise<number | null>;
  /** Gives the terminal back as it was. */
  close(): void;
}
