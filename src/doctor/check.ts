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
  /** The command to run instead where that fails. */
  readonly byHand?: string;
  /** The database can't be read, so that no other check of it makes sense. */
  readonly isFatal?: boolean;
}

/** Looks at one thing; what is right gives no diagnosis. */
export interface Check {
  readonly name: string;
  run(ctx: DoctorContext, settings: Settings): Promise<readonly Diagnosis[]>;
}

/** The command that does what `fix` says. */
export const FIX = "mm doctor --fix";
