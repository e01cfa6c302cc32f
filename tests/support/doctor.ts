import { expect } from "bun:test";
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
