import { accessSync, constants } from "node:fs";
import type { Context } from "../context.ts";
import { type Entry, SettingsFault } from "../edit/editor.ts";
import { BARE_PROGRAM, isWaitedFor } from "../edit/hook-command.ts";
import type { EditContext } from "../edit/places.ts";
import { mayHavePart } from "../edit/receipt.ts";
import { rejectionOf } from "../edit/rejected.ts";
import type { EventSet, Look, Obstacle } from "../edit/settings.ts";
import { readText } from "../edit/write.ts";
import { isSameFile } from "../files/paths.ts";
import { findOnPath } from "../settings/programs.ts";
import { isFoundByPath, putOnPath } from "./program.ts";
import { eventsOf, type HookTarget, isThere, type LeftOut, readerOf } from "./targets.ts";

/** Whether an agent's hooks work, as far as can be told from outside. */
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
  readonly target: HookTarget;
  readonly state: State;
  readonly events: readonly string[];
  /** Events that aren't there, of the set that seems to have been installed. */
  readonly missing: readonly string[];
  /** Events that aren't there because the agent doesn't know them, as far as is known. */
  readonly leftOut: readonly LeftOut[];
  readonly programs: readonly CalledProgram[];
  /** The homes that the hooks' commands name. */
  readonly homes: readonly string[];
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

/** The command that installs again what is installed in a file, as its fix. */
export function installAgain(
  { agent, settings, scope }: HookTarget,
  events: readonly string[],
): string {
  const isActivity = events.some((event) => !settings.events.sessions.includes(event));
  const isLess =
    events.length > 0 && !isActivity && settings.events.activity.length > events.length;
  const words = [
    `mm hooks install ${agent}`,
    ...(scope === "project" ? ["--scope project"] : []),
    ...(isLess ? ["--events sessions"] : []),
  ];
  return words.join(" ");
}

interface Read {
  readonly text: string | null;
  readonly entries: readonly Entry[];
  /** Why it can't be read though hooks were installed there. */
  readonly fault: Obstacle | null;
}

function faultOf(target: HookTarget, error: unknown): Obstacle {
  const { path } = target;
  const problem = error instanceof Error ? error.message : String(error);
  const [message, first] =
    error instanceof SettingsFault
      ? [`${path}: ${problem}`, `correct ${path} (${problem})`]
      : [problem, `make ${path} a text file that you may read`];
  return { kind: "off", message, fix: `${first}, and install the hooks again` };
}

/** The events of ours that are in a file now; none where it can't be read. */
export function standingEvents(ctx: EditContext, target: HookTarget): string[] {
  return readEntries(ctx, target).entries.map(({ event }) => event);
}

function readEntries(ctx: EditContext, target: HookTarget): Read {
  const { agent, settings, path } = target;
  let text: string | null = null;
  try {
    text = readText(ctx.files, path);
    return { text, entries: text === null ? [] : settings.editor.find(text), fault: null };
  } catch (error) {
    const wasInstalled = mayHavePart(ctx, target) || text?.includes(`mm hook ${agent} `);
    return { text, entries: [], fault: wasInstalled ? faultOf(target, error) : null };
  }
}

async function absentEvents(ctx: CheckContext, target: HookTarget, events: readonly string[]) {
  const { settings } = target;
  const isActivity = events.some((event) => !settings.events.sessions.includes(event));
  const set: EventSet = isActivity ? "activity" : "sessions";
  const chosen = await eventsOf(ctx, ctx.places, { settings, set, standing: events });
  const missing = chosen.events.filter((event) => !events.includes(event));
  return { missing, leftOut: chosen.leftOut };
}

function doubled(target: HookTarget, entries: readonly Entry[]): Obstacle[] {
  const events = entries.map(({ event }) => event);
  const twice = [...new Set(events.filter((event, index) => events.indexOf(event) !== index))];
  return twice.map((event) => ({
    kind: "pending",
    message: `${event} is installed twice in this file`,
    fix: installAgain(target, events),
  }));
}

/** What an earlier `mm` has installed works, but tells less, or shows or delays where this one doesn't. */
function outdated(
  target: HookTarget,
  entries: readonly Entry[],
  missing: readonly string[],
): Obstacle[] {
  const events = [...new Set(entries.map(({ event }) => event))];
  const waiting = entries.filter(
    (entry) => entry.isWaitedFor && !isWaitedFor(entry.program, entry.event),
  );
  const former = events.filter((event) => target.settings.formerEvents?.includes(event));
  const parts = [
    ...(missing.length > 0 ? [`not installed: ${missing.join(", ")}`] : []),
    ...(former.length > 0 ? [`no longer used: ${former.join(", ")}`] : []),
    ...(waiting.length > 0 ? [`${target.agent} waits for more calls than it needs to`] : []),
  ];
  if (parts.length === 0) return [];
  const fix = installAgain(target, events);
  return [{ kind: "pending", message: `outdated, ${parts.join(", and ")}; run: ${fix}`, fix }];
}

function rejected({ agent, settings, path }: HookTarget, text: string): Obstacle[] {
  const rejection = settings.dialect === null ? null : rejectionOf(text, settings.dialect);
  if (rejection === null) return [];
  const { problem, fix } = rejection;
  return [
    {
      kind: "off",
      message: `${agent} rejects all of ${path} for ${problem}`,
      fix: `${fix} of ${path}`,
    },
  ];
}

function programsOf(ctx: Pick<Context, "env" | "executable">, entries: readonly Entry[]) {
  const names = [...new Set(entries.map(({ program }) => program))];
  return names.map((program) => calledProgram(ctx, program));
}

/** What keeps the hooks in a text from working: the target's file as it is, or as it is about to be. */
export function obstaclesIn(ctx: CheckContext, target: HookTarget, text: string): Obstacle[] {
  const { places } = ctx;
  const { settings, scope, path } = target;
  const entries = settings.editor.find(text);
  const events = entries.map(({ event }) => event);
  const reader = readerOf(ctx.files);
  const read: Look["read"] = (file) => (file === path ? text : reader.read(file));
  const look: Look = { places, scope, file: path, entries, list: reader.list, read };
  const gone = programsOf(ctx, entries).filter(({ exists }) => !exists);
  const isDisabled = ctx.env["MM_DISABLE"] === "1";
  return [
    ...gone.map(({ path: program }): Obstacle => {
      const fix = isFoundByPath(program) ? putOnPath(ctx) : installAgain(target, events);
      return { kind: "off", message: `there is no ${program}`, fix };
    }),
    ...rejected(target, text),
    ...settings.obstacles(look),
    ...(isDisabled
      ? [{ kind: "off", message: "MM_DISABLE=1 is set", fix: "unset MM_DISABLE" } as const]
      : []),
  ];
}

function stateOf(obstacles: readonly Obstacle[]): State {
  if (obstacles.some(({ kind }) => kind === "off")) return "broken";
  return obstacles.length > 0 ? "pending" : "ok";
}

/** Looks at one settings file. */
export async function checkTarget(ctx: CheckContext, target: HookTarget): Promise<TargetCheck> {
  const { text, entries, fault } = readEntries(ctx, target);
  const none = { target, events: [], missing: [], leftOut: [], programs: [], homes: [] };
  if (fault !== null) return { ...none, state: "broken", obstacles: [fault] };
  if (text === null || entries.length === 0) {
    const state = isThere(target.settings, ctx.places) ? "not_installed" : "absent";
    return { ...none, state, obstacles: [] };
  }
  const obstacles = obstaclesIn(ctx, target, text);
  const events = [...new Set(entries.map(({ event }) => event))];
  const absent = await absentEvents(ctx, target, events);
  return {
    target,
    state: stateOf(obstacles),
    events,
    ...absent,
    programs: programsOf(ctx, entries),
    homes: [...new Set(entries.flatMap(({ home }) => home ?? []))],
    // What is only doubled or outdated works.
    obstacles: [
      ...obstacles,
      ...doubled(target, entries),
      ...outdated(target, entries, absent.missing),
    ],
  };
}
