import type { Context } from "../context.ts";
import type { Settings } from "../settings/settings.ts";
import type { Finding } from "./finding.ts";

/** What the checks may use of the world. */
export type DoctorContext = Pick<
  Context,
  | "env"
  | "cwd"
  | "disk"
  | "now"
  | "newId"
  | "elapsedMicros"
  | "lossPlaces"
  | "executable"
  | "capture"
  | "machine"
  | "store"
  | "warnings"
>;

/** A finding and, where it can be fixed without losing anything, how. */
export interface Diagnosis {
  readonly finding: Finding;
  fix?(): Promise<void> | void;
  /** What to do instead where that fails, and where it leaves something. */
  readonly byHand?: string;
  /** What to do about what it leaves, if that is something else. */
  readonly ifLeft?: string;
  /** The database can't be read, so that no other check of it makes sense. */
  readonly isFatal?: boolean;
}

/** What is known when a check looks. */
export interface KnownSoFar {
  readonly settings: Settings;
  /** Whether no check before it found that the database can't be used. */
  readonly isReadable: boolean;
}

/** Looks at one thing; what is right gives no diagnosis. */
export interface Check {
  readonly name: string;
  run(ctx: DoctorContext, known: KnownSoFar): Promise<readonly Diagnosis[]>;
}

/** The command that does what `fix` says. */
export const FIX = "mm doctor --fix";
