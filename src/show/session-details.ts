/** What is stored of a session beside its row and its events; times in milliseconds since 1970. */
export interface SessionDetails {
  /** Local time to the minute, or what is stored where that is no time. */
  readonly startedLocal: string;
  readonly endedLocal: string | null;
  /** Null where what is stored is no time. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Of the last sign of life. */
  readonly lastAt: number | null;
  readonly lastType: string | null;
  /** The id that the client knows it by. */
  readonly externalId: string | null;
  readonly parentId: string | null;
  readonly client: string | null;
  readonly clientVersion: string | null;
  readonly model: string | null;
  /** The path by which the project is known, and the top folder of the working tree. */
  readonly project: string | null;
  readonly root: string | null;
  readonly remote: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly transcript: string | null;
  /** In the client's words. */
  readonly endReason: string | null;
  readonly endedBy: string | null;
}

/** An event of the timeline. */
export interface TimelineEvent {
  readonly type: string;
  /** The beginning of it, at most the characters asked for. */
  readonly content: string;
  readonly createdAt: string;
  /** Milliseconds since 1970; null where what is stored is no time. */
  readonly at: number | null;
  /** What went wrong, where metadata tells. */
  readonly error: string | null;
  /** Of a resumption: why the session had ended before. */
  readonly endReason: string | null;
  /** Empty unless all of the event was asked for. */
  readonly metadata: Readonly<Record<string, unknown>>;
}
