import { accessSync, constants } from "node:fs";
import type { Context } from "../context.ts";
import { type Entry, SettingsFault } from "../edit/editor.ts";
import { BARE_PROGRAM } from "../edit/hook-command.ts";
import type { EditContext } from "../edit/places.ts";
import type { Target } from "../edit/plan.ts";
import { hasReceipt } from "../edit/receipt.ts";
import type { EventSet, Look, Obstacle } from "../edit/settings.ts";
import { readText } from "../edit/write.ts";
import { findOnPath, isSameFile } from "../files/paths.ts";
import { eventsOf, isThere, readerOf } from "./targets.ts";

/** Whether a client's hooks work, as far as can be told from outside. */
export type State = "ok" | "pending" | "broken" | "not_installed" | "absent";

/** One program that hooks call. */
export interface CalledProgram {
  readonly path: string;
  /** It is there and may be run. */
  readonly exists: boolean;
  /** It is this program. */
  readonly isThis: boolean;
}

/** What one settings file says about our hooks. */
export interface TargetCheck {
  readonly target: Target;
  readonly state: State;
  readonly events: readonly string[];
  /** Events that aren't there, of the set that seems to have been installed. */
  readonly missing: readonly string[];
  readonly programs: readonly CalledProgram[];
  /** Why they can't work, or what is left to do. */
  readonly obstacles: readonly Obstacle[];
}

export type CheckContext = Pick<Context, "env" | "executable" | "capture"> & EditContext;

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function calledProgram(
  ctx: Pick<Context, "env" | "executable">,
  program: string,
): CalledProgram {
  const path = program === BARE_PROGRAM ? findOnPath(ctx.env, program)[0] : program;
  const exists = path !== undefined && isRunnable(path);
  return { path: program, exists, isThis: exists && isSameFile(path, ctx.executable) };
}

interface Read {
  readonly entries: readonly Entry[];
  readonly fault: string | null;
}

/** The entries of a file; if it can't be read though hooks were installed there, why. */
function readEntries(ctx: EditContext, { client, settings, path }: Target): Read {
  try {
    const text = readText(ctx.files, path);
    return { entries: text === null ? [] : settings.editor.find(text), fault: null };
  } catch (error) {
    const wasInstalled = hasReceipt(ctx, client, path);
    const problem = error instanceof SettingsFault ? `${path}: ${error.message}` : String(error);
    return { entries: [], fault: wasInstalled ? problem : null };
  }
}

async function missingEvents(ctx: CheckContext, target: Target, events: readonly string[]) {
  const { settings } = target;
  const isActivity = events.some((event) => !settings.events.sessions.includes(event));
  const set: EventSet = isActivity ? "activity" : "sessions";
  const wanted = await eventsOf(ctx, settings, set);
  return wanted.filter((event) => !events.includes(event));
}

function doubled(entries: readonly Entry[]): string[] {
  const events = entries.map(({ event }) => event);
  return [...new Set(events.filter((event, index) => events.indexOf(event) !== index))];
}

/** Looks at one settings file. */
export async function checkTarget(ctx: CheckContext, target: Target): Promise<TargetCheck> {
  const { places } = ctx;
  const { settings, scope, path } = target;
  const { entries, fault } = readEntries(ctx, target);
  const none = { target, events: [], missing: [], programs: [] };
  if (fault !== null) {
    return { ...none, state: "broken", obstacles: [{ kind: "off", message: fault }] };
  }
  if (entries.length === 0) {
    const state = isThere(settings, places) ? "not_installed" : "absent";
    return { ...none, state, obstacles: [] };
  }
  const programs = [...new Set(entries.map(({ program }) => program))].map((program) =>
    calledProgram(ctx, program),
  );
  const gone = programs.filter(({ exists }) => !exists);
  const look: Look = { places, scope, file: path, entries, read: readerOf(ctx.files) };
  const obstacles: Obstacle[] = [
    ...gone.map((program) => ({ kind: "off", message: `there is no ${program.path}` }) as const),
    ...settings.obstacles(look),
  ];
  if (ctx.env["MM_DISABLE"] === "1")
    obstacles.push({ kind: "off", message: "MM_DISABLE=1 is set" });
  const isOff = obstacles.some(({ kind }) => kind === "off");
  const events = [...new Set(entries.map(({ event }) => event))];
  return {
    target,
    state: isOff ? "broken" : obstacles.length > 0 ? "pending" : "ok",
    events,
    missing: await missingEvents(ctx, target, events),
    programs,
    obstacles: [...obstacles, ...doubled(entries).map(doubleOf)],
  };
}

function doubleOf(event: string): Obstacle {
  return { kind: "pending", message: `${event} is installed twice in this file` };
}
