import { isHomeNamed } from "../settings/home.ts";
import { homeFault } from "../settings/no-folder.ts";
import { readSettings } from "../settings/settings.ts";
import type { Check, Diagnosis, DoctorContext, KnownSoFar } from "./check.ts";
import { database, idle, tables, unusable } from "./database.ts";
import { fileSystem, homeItself, leftLogs, ownSettings, stateFile } from "./files.ts";
import { type Diagnosed, fixAll } from "./fixing.ts";
import { hooks, lost, path, spooledEvents } from "./hooks.ts";
import { fileModes, owners, writable } from "./permissions.ts";
import { servers } from "./servers.ts";
import { sync } from "./sync.ts";
import { leavingTranscripts, unknownLines } from "./transcripts.ts";

const CHECKS: readonly Check[] = [
  homeItself,
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

/** Those that say something where the home is no folder. */
const NEED_NO_HOME: readonly Check[] = [homeItself, lost, hooks, servers, path];

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

/** Looks at one thing. What stops a check is what it finds. */
async function look(
  ctx: DoctorContext,
  check: Check,
  known: KnownSoFar,
): Promise<readonly Diagnosis[]> {
  try {
    return await check.run(ctx, known);
  } catch (error) {
    return unusable(check.name, error, await ctx.store());
  }
}

/** What one check comes to; `fixing` fixes what can be fixed without losing anything. */
async function examine(ctx: DoctorContext, check: Check, known: KnownSoFar, fixing: boolean) {
  const diagnoses = await look(ctx, check, known);
  const asFound = diagnoses.map(({ finding }) => ({ finding, isFixed: false }));
  const all = fixing ? await fixAll(diagnoses, () => look(ctx, check, known)) : asFound;
  const fatal = diagnoses.filter(({ isFatal }) => isFatal).map(({ finding }) => finding.what);
  const isFatal = all.some(({ finding, isFixed }) => !isFixed && fatal.includes(finding.what));
  return { all, isFatal };
}

/** Looks at everything; `fixing` fixes what can be fixed without losing anything. */
export async function diagnose(ctx: DoctorContext, fixing: boolean): Promise<Report> {
  const store = await ctx.store();
  const { settings } = await readSettings(store.home);
  const found: Diagnosed[] = [];
  const passed: string[] = [];
  let isReadable = true;
  const hasHome = homeFault(store.home, isHomeNamed(ctx.env)) === null;
  for (const check of hasHome ? CHECKS : NEED_NO_HOME) {
    // What an unreadable database holds has no health.
    if (!isReadable && NEED_DATABASE.includes(check)) continue;
    const { all, isFatal } = await examine(ctx, check, { settings, isReadable }, fixing);
    if (all.length === 0) passed.push(check.name);
    if (isFatal) isReadable = false;
    found.push(...all);
  }
  return { found, passed };
}
