import type { HookKind, StartSource } from "../agents/wire/event.ts";
import type { Place } from "../store/hook-place.ts";

/** A hook call as it is stored or spooled: redacted and cut. Times in milliseconds since 1970. */
export interface HookRecord {
  /** Names this call among all, so that a spooled one is taken in once. */
  readonly id: string;
  readonly kind: HookKind;
  readonly source: StartSource | null;
  readonly reason: string | null;
  readonly at: number;
  readonly client: string;
  readonly agentId: string;
  readonly externalId: string;
  readonly clientEvent: string;
  readonly clientVersion: string | null;
  readonly model: string | null;
  readonly cwd: string | null;
  readonly transcript: string | null;
  /** The client's title of the session. */
  readonly title: string | null;
  /** The beginning of a prompt, which is the title of a session that has none. */
  readonly promptTitle: string | null;
  readonly event: {
    readonly type: string;
    readonly content: string;
    readonly metadata: Readonly<Record<string, unknown>>;
  };
  /** Two calls of one session with the same key are one. */
  readonly dedupKey: string;
  /** Only if their times are no further apart than this. */
  readonly dedupWithinMs: number;
  /** Where the client works; looked up for a start only. */
  readonly place: Place | null;
  /** Whether the end of a session without events proves that nothing ever happened in it. */
  readonly phantomAtEnd: boolean;
}
