import { AGENTS } from "../../agents/agents.ts";
import type { HistorySession } from "../../agents/history/model.ts";
import type { Context } from "../../context.ts";
import type { PromptTitle } from "../../record/content.ts";
import type { Settings } from "../../settings/settings.ts";
import type { WriteBatch } from "../../store/history/batch.ts";
import { adoptForks, findToldSession, setParent } from "../../store/history/sessions.ts";
import { renameCalls, storeCalls } from "../../store/history/usage.ts";
import { BY_HAND, createSession } from "../../store/sessions.ts";
import type { Store, View } from "../../store/store.ts";
import type { TranscriptRow } from "../../store/tables.ts";
import { deriveNamespace } from "../../text/names.ts";
import { toTimestamp } from "../../text/time.ts";
import type { FoundSource } from "../find.ts";
import type { Prepared } from "../rows/content.ts";
import type { PreparedPart } from "../rows/rows.ts";
import { settleCopies } from "./copies.ts";

export type Needs = Pick<Context, "newId" | "now" | "agentProcesses">;

/** What one pass has added. */
export type Added = {
  sessions: number;
  events: number;
};

/** What a source's sessions are stored with. */
export interface Taking {
  readonly source: FoundSource;
  readonly store: Store;
  readonly batch: WriteBatch;
  readonly settings: Settings;
  readonly added: Added;
  readonly lookups: Lookups;
  /** Of the rules, as it is noted. */
  readonly version: number;
  /** What was noted of files when they were last read. */
  readonly noted: ReadonlyMap<string, TranscriptRow>;
  /** Right before anything of it was read, in milliseconds since 1970. */
  readonly from: number;
}

/** What was found out for one session and is the same for the next. */
export class Lookups {
  /** The agent's ids of parents that weren't stored when a fork of theirs was. */
  readonly awaited: Set<string>;

  constructor(parents: readonly string[]) {
    this.awaited = new Set(parents);
  }
}

/** What is known of a session after one pass, for the next one that goes on from there. */
interface KeptSession {
  readonly copiedFrom: string | null;
  readonly first: number | null;
  readonly last: number | null;
}

/** A session whose transcript is being read. */
export abstract class SessionTake {
  readonly #ctx: Needs;
  protected readonly taking: Taking;
  readonly externalId: string;
  /** Its id here; null until something of it is stored. */
  id: string | null = null;
  session: HistorySession;
  title: PromptTitle | null = null;
  /** The session that it was copied from, by its id here. */
  copiedFrom: string | null = null;
  first: number | null = null;
  last: number | null = null;
  /** Whether it was stored by this pass, and by nobody before. */
  isOwn = false;
  /** Whether anything has been added or completed. */
  isChanged = false;
  /** When the first event was that turned out to be a copy and was deleted; null where none did. */
  droppedAt: number | null = null;
  /** Whether the rest of it couldn't be read. */
  isCut = false;

  constructor(ctx: Needs, taking: Taking, session: HistorySession, kept: object | null) {
    this.#ctx = ctx;
    this.taking = taking;
    this.externalId = session.externalId;
    this.session = session;
    if (kept === null) return;
    const { copiedFrom, first, last } = kept as KeptSession;
    Object.assign(this, { copiedFrom, first, last });
  }

  /** Whether no more than the usage of calls is stored. */
  protected abstract readonly usageOnly: boolean;

  /** Stores a part of the session soon, in a transaction with other parts. */
  async part(part: PreparedPart): Promise<void> {
    const rows = part.events.length + part.calls.length;
    const { batch, source } = this.taking;
    await batch.add(source.key, rows, (view) => this.store(view, part));
  }

  /** Stores a part of the session, inside the caller's transaction. */
  protected abstract store(view: View, part: PreparedPart): void;

  /** Lays what was stored in the order of its times, unless it is. */
  order(): Promise<void> | undefined {
    return undefined;
  }

  /** Whether events were deleted that turned out to be copies. */
  get hasDropped(): boolean {
    return this.droppedAt !== null;
  }

  /** For the next pass; null where that must read everything again. */
  get kept(): KeptSession | null {
    const { copiedFrom, first, last } = this;
    return this.hasDropped ? null : { copiedFrom, first, last };
  }

  /**
   * Stores the calls of a part, and the session if it isn't yet, inside the caller's transaction.
   * @returns the part's events that are this session's; null where nothing of the part is
   */
  protected begin(view: View, part: PreparedPart): readonly Prepared[] | null {
    const { db } = view;
    const { agent } = this.taking.source;
    this.id = findToldSession(db, AGENTS[agent].agentId, this.externalId)?.id ?? this.id;
    renameCalls(db, agent, part.renamed);
    const copying = { agent, usageOnly: this.usageOnly };
    const settled = settleCopies(db, copying, this.id, part, () => this.#made(view, part));
    this.copiedFrom ??= settled.parent;
    if (settled.events.length + settled.calls.length === 0) return null;
    const id = this.#made(view, settled);
    this.#spans(settled);
    storeCalls(
      db,
      settled.calls.map((call) => ({ ...call, session_id: id })),
    );
    return settled.events;
  }

  /** The session's id; it is made if it isn't stored yet. */
  #made(view: View, part: PreparedPart): string {
    if (this.id !== null) return this.id;
    const { agent } = this.taking.source;
    const { agentId } = AGENTS[agent];
    const id = this.#ctx.newId();
    const { first: at } = spanOf(part);
    createSession(view.db, {
      ...BY_HAND,
      id,
      agentId,
      agent,
      externalId: this.externalId,
      namespace: deriveNamespace(agentId),
      startedAt: toTimestamp(new Date(at)),
      at,
      title: this.title?.text ?? null,
      titleFrom: this.title?.from ?? null,
    });
    if (this.taking.lookups.awaited.has(this.externalId)) {
      adoptForks(view.db, id, agent, this.externalId);
    }
    if (this.copiedFrom !== null) setParent(view.db, id, this.copiedFrom);
    this.taking.added.sessions++;
    this.isChanged = true;
    this.isOwn = true;
    this.id = id;
    return id;
  }

  #spans(part: PreparedPart): void {
    const { first, last } = spanOf(part);
    this.first = Math.min(this.first ?? first, first);
    this.last = Math.max(this.last ?? last, last);
  }
}

/** The times of a part that isn't empty, in milliseconds since 1970. */
function spanOf({ events, calls }: PreparedPart): {
  readonly first: number;
  readonly last: number;
} {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  const note = (at: number) => {
    first = Math.min(first, at);
    last = Math.max(last, at);
  };
  for (const { told } of events) note(told.at);
  for (const { at_ms } of calls) note(at_ms);
  return { first, last };
}
