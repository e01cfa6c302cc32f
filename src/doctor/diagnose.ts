import { codeOf } from "../errors.ts";
import { readSettings, type Settings } from "../settings/settings.ts";
import type { Check, Diagnosis, DoctorContext } from "./check.ts";
import { database, idle, tables, unusable } from "./database.ts";
import {
  fileModes,
  fileSystem,
  leftLogs,
  owners,
  ownSettings,
  stateFile,
  writable,
} from "./files.ts";
import type { Finding } from "./finding.ts";
import { hooks, lost, path, spooledEvents } from "./hooks.ts";
import { servers } from "./servers.ts";
import { sync } from "./sync.ts";
import { leavingTranscripts, unknownLines } from "./transcripts.ts";

const CHECKS: readonly Check[] = [
  leftLogs,
  tables,
  database,
  writable,
  owners,
  fileModes,
  fileSystem,
  ownSettings,
  stateFile,
  idle,
  spooledEvents,
  lost,
  hooks,
  servers,
  path,
  sync,
  leavingTranscripts,
  unknownLines,
];

/** Those that say nothing of a database that can't be used. */
const NEED_DATABASE: readonly Check[] = [
  tables,
  database,
  stateFile,
  idle,
  sync,
  leavingTranscripts,
  unknownLines,
];

/** What one finding has come to. */
export interface Diagnosed {
  readonly finding: Finding;
  readonly isFixed: boolean;
}

export interface Report {
  readonly found: readonly Diagnosed[];
  /** Names of the checks that found nothing. */
  readonly passed: readonly string[];
}

export function isOpenProblem({ finding, isFixed }: Diagnosed): boolean {
  return finding.severity === "problem" && !isFixed;
}

/** Whether no problem is left; notes are none. */
export function isWell({ found }: Report): boolean {
  return !found.some(isOpenProblem);
}

async function applyFix({ finding, fix, byHand }: Diagnosis): Promise<Diagnosed> {
  if (fix === undefined) return { finding, isFixed: false };
  try {
    await fix();
    return { finding, isFixed: true };
  } catch (error) {
    const reason = codeOf(error) || (error instanceof Error ? error.message : String(error));
    const mend = byHand ?? `by hand: fixing failed (${reason})`;
    return { finding: { ...finding, mend }, isFixed: false };
  }
}

/** Looks at one thing. What stops a check is what it finds. */
async function look(ctx: DoctorContext, check: Check, settings: Settings) {
  try {
    return await check.run(ctx, settings);
  } catch (error) {
    return unusable(check.name, error, await ctx.store());
  }
}

/** Looks at everything; `fixing` fixes what can be fixed without losing anything. */
export async function diagnose(ctx: DoctorContext, fixing: boolean): Promise<Report> {
  const store = await ctx.store();
  const { settings } = await readSettings(store.home);
  const found: Diagnosed[] = [];
  const passed: string[] = [];
  let isReadable = true;
  for (const check of CHECKS) {
    // What an unreadable database holds has no health.
    if (!isReadable && NEED_DATABASE.includes(check)) continue;
    const diagnoses = await look(ctx, check, settings);
    if (diagnoses.length === 0) passed.push(check.name);
    for (const diagnosis of diagnoses) {
      const { finding, isFatal } = diagnosis;
      const one = fixing ? await applyFix(diagnosis) : { finding, isFixed: false };
      if (isFatal === true && !one.isFixed) isReadable = false;
      found.push(one);
    }
  }
  return { found, passed };
}
