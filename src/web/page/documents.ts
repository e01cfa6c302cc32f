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
