import type { HookWorld } from "./hook-world.ts";

export const DAY = 86_400;

interface Gc {
  readonly sessions: number;
  readonly events: number;
  readonly ids: readonly string[];
  readonly finished_events: number;
  readonly used_before: number;
  readonly used_after: number;
  readonly file_before: number;
  readonly file_after: number;
  readonly under_max_size: boolean | null;
  readonly kept: { readonly referred_to: number; readonly not_made_by_mm: number };
}

/** The names of all tables that still mention the session. */
function traces(world: HookWorld, id: string): string[] {
  const tables = world.rows<{ name: string; column: string }>(
    `SELECT t.name, c.name AS "column" FROM sqlite_schema t JOIN pragma_table_info(t.name) c
      WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  );
  return tables
    .filter(({ name, column }) => {
      const where = `CAST("${column}" AS TEXT) = ?1`;
      return world.rows(`SELECT 1 FROM "${name}" WHERE ${where} LIMIT 1`, id).length > 0;
    })
    .map(({ name, column }) => `${name}.${column}`);
}

/** Helpers for the tests of `mm gc`, in the world that `here` returns. */
export function collecting(here: () => HookWorld) {
  return {
    gc: (...words: string[]) => here().json<Gc>("gc", "--yes", ...words),
    count: (table: string) =>
      here().rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n,
    /** Creates a session of Claude's with two events and ends it. The clock moves on by a day. */
    session: async (id: string, content = "x"): Promise<string> => {
      const world = here();
      await world.start("startup", { session_id: id });
      await world.prompt(`${id} ${content}`, { session_id: id });
      await world.tool(`${id}-t`, { session_id: id });
      await world.end("other", { session_id: id });
      world.pass(DAY);
      return world.session(id).id;
    },
    traces: (id: string) => traces(here(), id),
  };
}
