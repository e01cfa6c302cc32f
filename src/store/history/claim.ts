import type { Connection } from "../connection.ts";

const NAME = "reading";
const READ = "SELECT value FROM mm_meta WHERE key = ?1";
const WRITE = "INSERT OR REPLACE INTO mm_meta (key, value) VALUES (?1, ?2)";
const REMOVE = "DELETE FROM mm_meta WHERE key = ?1";

/** That one process keeps sessions up with their transcripts. */
interface Claim {
  readonly by: string;
  /** Milliseconds since 1970. After that, its process is over or was killed. */
  readonly until: number;
  /** Agents that others wanted to be read meanwhile. */
  readonly again: readonly string[];
}

function readClaim(db: Connection): Claim | null {
  const row = db.query<{ value: string }, [string]>(READ).get(NAME);
  return row === null ? null : (JSON.parse(row.value) as Claim);
}

function writeClaim(db: Connection, claim: Claim): void {
  db.query(WRITE).run(NAME, JSON.stringify(claim));
}

/**
 * Claims the reading for a time. Where another process has it, that one is asked to read these agents again.
 * @returns whether it is the caller's
 */
export function claimReading(
  db: Connection,
  { by, now, forMs }: { readonly by: string; readonly now: number; readonly forMs: number },
  agents: readonly string[],
): boolean {
  const held = readClaim(db);
  // A clock that was set back doesn't hold it for longer.
  const isHeld = held !== null && held.until > now && held.until <= now + forMs;
  if (isHeld) writeClaim(db, { ...held, again: [...new Set([...held.again, ...agents])] });
  else writeClaim(db, { by, until: now + forMs, again: [] });
  return !isHeld;
}

/** Ends the claim, unless there are agents to be read again: these are returned. */
export function releaseReading(db: Connection, by: string, mayGoOn: boolean): readonly string[] {
  const held = readClaim(db);
  if (held?.by !== by) return [];
  if (mayGoOn && held.again.length > 0) {
    writeClaim(db, { ...held, again: [] });
    return held.again;
  }
  db.query(REMOVE).run(NAME);
  return [];
}
