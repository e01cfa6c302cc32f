import type { Context } from "../../context.ts";
import type { Connection } from "../../store/connection.ts";
import type { Remote } from "../remote/connect.ts";

/** What a push sends, and to where. */
export interface Sending {
  readonly remote: Remote;
  /** The server's name in the sidecar. */
  readonly name: string;
  readonly sidecar: Connection;
  readonly sourceId: string;
  /** The source's last revision before. */
  readonly rev: number;
  readonly machine: string;
  readonly version: string;
  readonly now: Context["now"];
}

/** What a push has done. */
export interface Tally {
  /** The ids of those that are other there now. */
  readonly sessions: Set<string>;
  events: number;
  quarantined: number;
  /** The source's last revision; null if nothing was sent. */
  rev: number | null;
  /** Null until it has been measured. */
  clockOffsetMs: number | null;
  /** Whether the server takes events by COPY; null until it was asked. */
  mayCopy: boolean | null;
}
