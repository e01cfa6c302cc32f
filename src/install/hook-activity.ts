import type { Connection } from "../store/connection.ts";
import { CLIENTS_HEARD, LAST_OWN_TIMES } from "../store/hook-statements.ts";

/** What is known of a client's hooks from what they stored. */
export interface HookActivity {
  /** Milliseconds since 1970 of the last call that was stored. */
  readonly lastEventAt: number;
  /** How long our hooks took, in milliseconds, over the last thousand events; null where none was measured. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

function percentile(sorted: readonly number[], share: number): number | null {
  const micros = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return micros === undefined ? null : Math.round(micros / 10) / 100;
}

/** By client word (`claude`), for every client that was ever heard from. */
export function hookActivity(db: Connection): Map<string, HookActivity> {
  const clients = db.query<{ client: string; last: number }, []>(CLIENTS_HEARD).all();
  return new Map(
    clients.map(({ client, last }) => {
      const times = db.query<{ own_us: number }, [string]>(LAST_OWN_TIMES).all(client);
      const sorted = times.map((row) => row.own_us).sort((a, b) => a - b);
      const p50Ms = percentile(sorted, 0.5);
      return [client, { lastEventAt: last, p50Ms, p95Ms: percentile(sorted, 0.95) }];
    }),
  );
}
