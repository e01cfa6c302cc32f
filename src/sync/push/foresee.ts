import type { Context } from "../../context.ts";
import type { Connection } from "../../store/connection.ts";
import type { SyncSettings } from "../settings.ts";
import { withSidecar } from "../source/sidecar.ts";
import { findIdentity, syncProgress } from "../source/sql.ts";
import { findCandidates } from "./candidates.ts";
import { compareSession } from "./compare.ts";
import { sentEvents } from "./events.ts";
import { mayLeave, rulesOf } from "./rules.ts";
import { countNewEvents, findPushed, listDeleted, nextEvents } from "./sql.ts";

const SAMPLES = 3;

/** What would leave of a project. */
interface Leaving {
  /** Null is no known project. */
  readonly project: string | null;
  readonly sessions: number;
  readonly events: number;
}

/** An event as it would be sent, so redacted. */
interface Sample {
  readonly project: string | null;
  readonly type: string;
  readonly content: string;
}

/** What a push would do. The server isn't asked, so what it keeps and what it refuses are left out. */
export interface Foreseen {
  /** Those with most sessions first. */
  readonly projects: readonly Leaving[];
  readonly samples: readonly Sample[];
  /** Sessions of projects that aren't released. */
  readonly skipped: number;
  readonly deleted: number;
}

const NOTHING: Foreseen = { projects: [], samples: [], skipped: 0, deleted: 0 };

/** Adds up what would leave, session by session. */
class Foresight {
  readonly #sidecar: Connection;
  readonly #settings: SyncSettings;
  readonly #projects = new Map<string | null, { sessions: number; events: number }>();
  readonly #samples: Sample[] = [];
  readonly #sourceId: string;
  skipped = 0;

  constructor(sidecar: Connection, settings: SyncSettings) {
    this.#sidecar = sidecar;
    this.#settings = settings;
    this.#sourceId = findIdentity(sidecar)?.sourceId ?? "";
  }

  look(rowid: number): void {
    const row = findPushed(this.#sidecar, rowid);
    if (row === null) return;
    const settings = this.#settings;
    if (!mayLeave(row, { settings, keptSinceMs: null })) {
      this.skipped++;
      return;
    }
    const isTitleOnly = settings.capture === "titles";
    const { id, project, isThere, from, bucket } = compareSession(row, {
      sidecar: this.#sidecar,
      name: settings.url,
      sourceId: this.#sourceId,
      nextRev: 0,
      isTitleOnly,
    });
    if (isThere) return;
    const events = isTitleOnly ? 0 : countNewEvents(this.#sidecar, id, from);
    const before = this.#projects.get(project) ?? { sessions: 0, events: 0 };
    this.#projects.set(project, {
      sessions: before.sessions + 1,
      events: before.events + events,
    });
    const isWanted = this.#samples.length < SAMPLES && events > 0;
    if (isWanted) this.#sample(id, from, project, bucket);
  }

  get found(): Pick<Foreseen, "projects" | "samples"> {
    const projects = [...this.#projects].map(([project, counts]) => ({ project, ...counts }));
    return {
      projects: projects.toSorted((one, other) => other.sessions - one.sessions),
      samples: this.#samples,
    };
  }

  #sample(id: string, from: number, project: string | null, bucket: string): void {
    const rows = nextEvents(this.#sidecar, id, from, 1);
    for (const { type, content } of sentEvents(id, rows, bucket)) {
      this.#samples.push({ project, type, content });
    }
  }
}

/**
 * Tells what a push would send, without a connection.
 * @throws UserError `sync_settings`
 */
export async function foreseePush(
  ctx: Pick<Context, "now" | "store">,
  settings: SyncSettings,
  isFull: boolean,
): Promise<Foreseen> {
  const foreseen = await withSidecar(await ctx.store(), (sidecar) => {
    const { rowids } = findCandidates(sidecar, settings.url, {
      progress: syncProgress(sidecar, settings.url),
      rules: rulesOf(settings),
      nowMs: ctx.now().getTime(),
      isFull,
    });
    const foresight = new Foresight(sidecar, settings);
    for (const rowid of rowids) foresight.look(rowid);
    const deleted = listDeleted(sidecar, settings.url).length;
    return { ...foresight.found, skipped: foresight.skipped, deleted };
  });
  return foreseen ?? NOTHING;
}
