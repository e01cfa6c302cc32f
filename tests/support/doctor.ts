import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import type { World } from "./world.ts";

interface Found {
  readonly check: string;
  readonly severity: string;
  readonly what: string;
  readonly mend: string;
  readonly fixed: boolean;
}

const PROGRAMS = /^(?:\{ )?(?:mm|mv|rm|cp|ln|chmod|sudo|sqlite3|export|unset) /u;

/** Whether a fix is a command that can be pasted, with nothing beside it, or words without one. */
function standsAlone(fix: string): boolean {
  const bare = fix.replace(/'[^']*'|"[^"]*"/gu, "''");
  return PROGRAMS.test(fix)
    ? !/;(?! \})| for | until |`|: /u.test(bare)
    : !/`[^`]* [^`]*`|\b(?:then|again|run|with): |\bmm [a-z]/u.test(bare);
}

/** The report of `mm doctor`. Its exit code must agree, and each fix stand alone. */
export async function doctor(world: World, ...words: string[]) {
  const { code, out, err } = await world.mm("doctor", ...words, "--json");
  const document = JSON.parse(out) as { ok: boolean; findings: Found[]; passed: string[] };
  expect({ code, err }).toEqual({ code: document.ok ? 0 : 1, err: "" });
  expect(document.findings.map(({ mend }) => mend).filter((mend) => !standsAlone(mend))).toEqual(
    [],
  );
  return document;
}

/** What one check finds, as severity and text. */
export async function found(world: World, check: string, ...words: string[]): Promise<string[]> {
  const { findings } = await doctor(world, ...words);
  return findings
    .filter((finding) => finding.check === check)
    .map(({ severity, what, fixed }) => `${fixed ? "fixed" : severity}: ${what}`);
}

/** Makes a database of which the page that begins the index of events is damaged. */
export async function damageIndex(world: World): Promise<void> {
  await world.mm("session", "start");
  for (let i = 0; i < 100; i++) await world.mm("activity", "log", "-c", "x".repeat(400));
  const db = new Database(world.database);
  const { root } = db
    .query<{ root: number }, []>(
      "SELECT rootpage AS root FROM sqlite_schema WHERE name = 'idx_session_events_session'",
    )
    .get() as { root: number };
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close(true);
  const bytes = await Bun.file(world.database).bytes();
  bytes.fill(0, (root - 1) * 4096 + 3, (root - 1) * 4096 + 5);
  writeFileSync(world.database, bytes);
}
