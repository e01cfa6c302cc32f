import type { liveJson } from "../../live/json.ts";
import type { searchJson } from "../../search/json.ts";
import type { eventsJson, listJson, outlineDocument } from "../../show/json.ts";
import type { hookTimesJson, statsJson } from "../../stats/json.ts";
import type { usageStatsJson } from "../../usage/json.ts";

/** The documents of the commands, as the server passes them on. */
export type LiveDocument = ReturnType<typeof liveJson>;
export type LiveRow = LiveDocument["sessions"][number];
export type ListDocument = ReturnType<typeof listJson>;
export type ListRow = ListDocument["sessions"][number];
export type ShownDocument = ReturnType<typeof outlineDocument>;
export type EventsDocument = ReturnType<typeof eventsJson>;
export type EventRow = EventsDocument["events"][number];
export type SearchDocument = ReturnType<typeof searchJson>;
export type StatsDocument = ReturnType<typeof statsJson>;
export type StatsGroup = StatsDocument["groups"][number];
export type UsageDocument = ReturnType<typeof usageStatsJson>;
export type HooksDocument = ReturnType<typeof hookTimesJson>;

/** What a command answers where it fails. */
export interface FailureDocument {
  readonly error:
    | { readonly code: string; readonly message: string; readonly hint?: string }
    | string;
}

/** Why the server has no answer. */
export class Failure extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint = "") {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

export function failureOf({ error }: FailureDocument): Failure {
  if (typeof error === "string") return new Failure(error, error);
  return new Failure(error.code, error.message, error.hint);
}

/** An error in words that help a person. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(
    "gone",
    "mm web has ended",
    "Run it again, and open the address that it prints.",
  );
}
