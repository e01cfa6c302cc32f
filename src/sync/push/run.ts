import type { Context } from "../../context.ts";
import type { Connection } from "../../store/connection.ts";
import type { Store } from "../../store/store.ts";
import { lookForSignsBy } from "../../text/redact.ts";
import { atOnce } from "../../text/secrets/at-once.ts";
import { type Remote, withRemote } from "../remote/connect.ts";
import { readServer } from "../remote/schema/schema.ts";
import type { SyncSettings } from "../settings.ts";
import { type Ensured, ensureSource, type SourceOwner } from "../source/ensure.ts";
import { pushOwner, readSyncSettings } from "../source/home.ts";
import { countAside, setGone } from "../source/sent.ts";
import { alone, withSidecar } from "../source/sidecar.ts";
import {
  findIdentity,
  highestEvent,
  setProblem,
  setProgress,
  setPushed,
  syncProgress,
} from "../source/sql.ts";
import { bury } from "../tombstones/bury.ts";
import { findCandidates } from "./candidates.ts";
import { Pusher } from "./push.ts";
import { rulesOf } from "./rules.ts";
import { reopenRefused } from "./send.ts";
import type { Sending } from "./sending.ts";
import { highestSession, listDeleted } from "./sql.ts";

const DAY_MS = 86_400_000;
/** Since the process started. */
const LIMIT_MICROS = 60_000_000;

type Needs = Pick<
  Context,
  | "capture"
  | "disk"
  | "elapsedMicros"
  | "env"
  | "machine"
  | "newId"
  | "now"
  | "sleep"
  | "store"
  | "warnings"
>;

/** Shows how many sessions have been looked at. */
interface PushProgress {
  begin(total: number): void;
  show(done: number): void;
  turn(): Promise<void>;
}

/** What a push has done. */
export interface Pushed {
  /** Another process pushes or pulls. */
  readonly isBusy: boolean;
  readonly sessions: number;
  readonly events: number;
  /** Sessions that changed but aren't released by the settings. */
  readonly skipped: number;
  readonly deleted: number;
  /** Rows that the server has refused, now or earlier. */
  readonly quarantined: number;
  /** Null if nothing was sent. */
  readonly rev: number | null;
  /** The database went back in time, so that it is a new source now. */
  readonly wasRestored: boolean;
}

const NOTHING: Pushed = {
  isBusy: false,
  sessions: 0,
  events: 0,
  skipped: 0,
  deleted: 0,
  quarantined: 0,
  rev: null,
  wasRestored: false,
};

/** One push. */
class Run {
  readonly #ctx: Needs;
  readonly #settings: SyncSettings;
  readonly #sidecar: Connection;
  readonly #owner: SourceOwner;
  readonly #options: PushOptions;

  constructor(
    ctx: Needs,
    settings: SyncSettings,
    sidecar: Connection,
    owner: SourceOwner,
    options: PushOptions,
  ) {
    this.#ctx = ctx;
    this.#settings = settings;
    this.#sidecar = sidecar;
    this.#owner = owner;
    this.#options = options;
  }

  /** Connects only if there may be something to send. */
  async perform(): Promise<Pushed> {
    const stored = findIdentity(this.#sidecar);
    const isSame = stored?.holder === this.#owner.holder;
    const { rowids } = this.#candidates(this.#options.isFull);
    if (isSame && rowids.length === 0 && listDeleted(this.#sidecar, this.#name).length === 0) {
      return { ...NOTHING, quarantined: countAside(this.#sidecar, this.#name) };
    }
    return await withRemote(this.#ctx, this.#settings, (remote) => this.#push(remote));
  }

  get #name(): string {
    return this.#settings.url;
  }

  #candidates(isFull: boolean) {
    const nowMs = this.#ctx.now().getTime();
    return findCandidates(this.#sidecar, this.#name, {
      progress: syncProgress(this.#sidecar, this.#name),
      rules: rulesOf(this.#settings),
      nowMs,
      isFull,
    });
  }

  async #push(remote: Remote): Promise<Pushed> {
    const { keepDays } = await readServer(remote);
    const ensured = await ensureSource(
      this.#ctx,
      this.#sidecar,
      remote,
      this.#name,
      this.#owner,
      this.#options.isFull,
    );
    const sending = this.#sending(remote, ensured);
    // What is written meanwhile has higher numbers, and is looked at next time.
    const upTo = {
      eventId: highestEvent(this.#sidecar),
      sessionRowid: highestSession(this.#sidecar),
    };
    const { rowids, areAll } = this.#candidates(ensured.wasReadBack);
    if (areAll) await reopenRefused(sending);
    const fullMsBefore = syncProgress(this.#sidecar, this.#name)?.fullMs ?? 0;
    const nowMs = this.#ctx.now().getTime();
    const keptSinceMs = keepDays === null ? null : nowMs - keepDays * DAY_MS;
    const pusher = new Pusher(sending, { settings: this.#settings, keptSinceMs });
    let isDone: boolean;
    try {
      isDone = await this.#sendAll(pusher, rowids);
    } finally {
      pusher.note();
    }
    const deleted = await this.#bury(sending, ensured.revived);
    const rules = rulesOf(this.#settings);
    const fullMs = areAll ? nowMs : null;
    const done = { ...upTo, rules, fullMs, fullMsBefore };
    if (isDone) setProgress(this.#sidecar, this.#name, done);
    const { tally } = pusher;
    if (tally.rev !== null) {
      setPushed(this.#sidecar, this.#name, nowMs, tally.clockOffsetMs ?? 0);
    }
    return {
      isBusy: false,
      sessions: tally.sessions.size,
      events: tally.events,
      skipped: pusher.skipped,
      deleted,
      quarantined: countAside(this.#sidecar, this.#name),
      rev: tally.rev,
      wasRestored: ensured.became === "restored",
    };
  }

  /** @returns whether there was time for all of them; those that were sent needn't be sent again */
  async #sendAll(pusher: Pusher, rowids: readonly number[]): Promise<boolean> {
    const { isBounded, progress } = this.#options;
    progress.begin(rowids.length);
    let isDone = true;
    for (const [done, rowid] of rowids.entries()) {
      isDone = !isBounded || this.#ctx.elapsedMicros() < LIMIT_MICROS;
      if (!isDone) break;
      await pusher.push(rowid);
      progress.show(done);
      await progress.turn();
    }
    await pusher.finish();
    return isDone;
  }

  async #bury(sending: Sending, revived: readonly string[]): Promise<number> {
    const ids = [...new Set([...listDeleted(this.#sidecar, this.#name), ...revived])];
    if (ids.length === 0) return 0;
    await bury(sending.remote, ids);
    for (const id of ids) setGone(this.#sidecar, this.#name, id);
    return ids.length;
  }

  #sending(remote: Remote, { sourceId, rev }: Ensured): Sending {
    const { machine, version } = this.#owner;
    const [sidecar, name] = [this.#sidecar, this.#name];
    return { remote, name, sidecar, sourceId, rev, machine, version, now: this.#ctx.now };
  }
}

export interface PushOptions {
  /** Compares every session with what the server has. */
  readonly isFull: boolean;
  /** Ends in time, because nobody knows of this process. */
  readonly isBounded: boolean;
  readonly progress: PushProgress;
}

async function pushStore(
  ctx: Needs,
  store: Store,
  settings: SyncSettings,
  options: PushOptions,
): Promise<Pushed> {
  lookForSignsBy(atOnce);
  const owner = await pushOwner(ctx, settings, store.home);
  const done = await withSidecar(store, (sidecar) =>
    alone(store.databasePath, async () => {
      try {
        const pushed = await new Run(ctx, settings, sidecar, owner, options).perform();
        setProblem(sidecar, settings.url, null);
        return pushed;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        setProblem(sidecar, settings.url, { text, ms: ctx.now().getTime() });
        throw error;
      }
    }),
  );
  if (done === undefined) return NOTHING;
  return done?.value ?? { ...NOTHING, isBusy: true };
}

/**
 * Sends what is new to the server.
 * @throws UserError `sync_settings`, `sync_unreachable`, `sync_refused`, `sync_source`
 */
export async function push(ctx: Needs, options: PushOptions): Promise<Pushed> {
  const settings = await readSyncSettings(ctx);
  return await pushStore(ctx, await ctx.store(), settings, options);
}
