import { existsSync } from "node:fs";
import { AGENT_NAMES, AGENTS, type AgentName } from "../agents/agents.ts";
import { hooksPart, partsBeside } from "../agents/parts.ts";
import { INSTALLERS } from "../agents/settings.ts";
import { nearest } from "../cli/suggest.ts";
import type { Context } from "../context.ts";
import type { EditContext, Places, Scope } from "../edit/places.ts";
import type { Target } from "../edit/plan.ts";
import type { EventSet, HookSettings, Look } from "../edit/settings.ts";
import { readText } from "../edit/write.ts";
import { UserError } from "../errors.ts";
import type { Disk } from "../files/durable.ts";
import { isSameFile } from "../files/paths.ts";
import { findOnPath } from "../settings/programs.ts";
import { isAtLeast } from "../text/version.ts";

/**
 * The agents that words name.
 * @throws UserError `usage`
 */
export function parseAgents(words: readonly string[]): AgentName[] {
  return [...new Set(words)].map((word) => {
    const agent = AGENT_NAMES.find((known) => known === word);
    if (agent !== undefined) return agent;
    const near = nearest(word, AGENT_NAMES);
    const hint = near === null ? `one of: ${AGENT_NAMES.join(", ")}` : `did you mean ${near}?`;
    throw new UserError("usage", `unknown agent '${word}'`, hint);
  });
}

const VERSION_MS = 3000;

/** What is to be chosen from. */
interface Choice {
  readonly settings: HookSettings;
  readonly set: EventSet;
  /** Events of ours that are in the settings now. */
  readonly standing: readonly string[];
}

/** The settings file of one agent's hooks. */
export interface HookTarget extends Target {
  readonly settings: HookSettings;
}

/** The file of one agent in one scope, or null if `mm` installs nothing for that agent. */
export function targetOf(agent: AgentName, scope: Scope, places: Places): HookTarget | null {
  const settings = INSTALLERS[agent];
  if (settings.kind === "none") return null;
  const path = settings.file(scope, places);
  const part = hooksPart(settings);
  return {
    agent,
    settings,
    scope,
    path,
    part,
    others: partsBeside(part, { agent, scope, path }, places),
  };
}

/** @throws UserError `not_installable` */
export function namedTarget(agent: AgentName, scope: Scope, places: Places): HookTarget {
  const target = targetOf(agent, scope, places);
  if (target !== null) return target;
  const installer = INSTALLERS[agent];
  const because = installer.kind === "none" ? installer.because : "";
  throw new UserError("not_installable", `nothing to install for ${agent}: ${because}`);
}

/** Folders in the user's home where installers put agents, which an alias or an editor finds without PATH. */
const INSTALLED_IN = [
  ".local/bin",
  ".claude/local",
  ".claude/local/node_modules/.bin",
  ".opencode/bin",
  ".bun/bin",
  ".npm-global/bin",
  ".volta/bin",
  "bin",
];

/** The agent's programs, those on PATH first. */
function programsOf(names: readonly string[], { env, userHome }: Places): string[] {
  const folders = INSTALLED_IN.map((folder) => `${userHome}/${folder}`);
  const elsewhere = (name: string) =>
    folders.flatMap((folder) => Bun.which(name, { PATH: folder }) ?? []);
  const found = [
    ...names.flatMap((name) => findOnPath(env, name)),
    ...names.flatMap((name) => elsewhere(name)),
  ];
  return found.filter((path, at) => found.findIndex((other) => isSameFile(other, path)) === at);
}

/** By what an agent is found. */
type Findable = Pick<HookSettings, "folder" | "programs">;

/** Whether the agent is found on this machine. */
export function isThere(settings: Findable, places: Places): boolean {
  return existsSync(settings.folder(places)) || programsOf(settings.programs, places).length > 0;
}

/** The supported agents that are found on this machine and that have such settings. */
export function agentsThere(
  places: Places,
  installers: Readonly<Record<AgentName, (Findable & { kind: string }) | { kind: "none" }>>,
): AgentName[] {
  return AGENT_NAMES.filter((agent) => {
    const installer = installers[agent];
    if (!("programs" in installer) || AGENTS[agent].support === "preview") return false;
    return isThere(installer, places);
  });
}

/** An event that isn't installed though it belongs to the set. */
export interface LeftOut {
  readonly event: string;
  /** The reason, without the event's name. */
  readonly because: string;
}

/** A sentence for each reason, with the events before it. */
export function reasons(leftOut: readonly LeftOut[]): string[] {
  return [...Map.groupBy(leftOut, ({ because }) => because)].map(
    ([because, all]) => `${all.map(({ event }) => event).join(", ")}: ${because}`,
  );
}

/** What is to be installed. */
export interface ChosenEvents {
  readonly events: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** More programs of one name are nobody's. */
const MOST_ASKED = 3;

/** The version of the agent, or why it isn't known. */
async function versionOf(
  ctx: Pick<Context, "capture">,
  places: Places,
  { argv, pattern }: NonNullable<HookSettings["newerEvents"]>,
): Promise<readonly number[] | string> {
  const [name = "", ...words] = argv;
  const programs = programsOf([name], places).slice(0, MOST_ASKED);
  for (const program of programs) {
    const printed = await ctx.capture([program, ...words], VERSION_MS);
    const found = pattern.exec(printed ?? "");
    if (found !== null) return found.slice(1).map(Number);
  }
  const [first] = programs;
  return first === undefined
    ? `there is no ${name} on PATH or where its installers put it, so its version isn't known`
    : `${first} ${words.join(" ")} doesn't print a version`;
}

/**
 * The events of the set but those that the agent's version doesn't know. What stands in the settings already stays:
 * whoever installed it knew the version.
 */
export async function eventsOf(
  ctx: Pick<Context, "capture">,
  places: Places,
  { settings, set, standing }: Choice,
): Promise<ChosenEvents> {
  const { newerEvents } = settings;
  const events = settings.events[set];
  const doubtful = events.filter(
    (event) => newerEvents?.since[event] !== undefined && !standing.includes(event),
  );
  if (newerEvents === null || doubtful.length === 0) return { events, leftOut: [] };
  const version = await versionOf(ctx, places, newerEvents);
  const leftOut = doubtful.flatMap((event): LeftOut[] => {
    const since = newerEvents.since[event] ?? [];
    if (typeof version === "string") return [{ event, because: version }];
    const because = `${newerEvents.argv[0]} ${version.join(".")} doesn't know it; ${since.join(".")} does`;
    return isAtLeast(version, since) ? [] : [{ event, because }];
  });
  const isLeftOut = (event: string) => leftOut.some((each) => each.event === event);
  return { events: events.filter((event) => !isLeftOut(event)), leftOut };
}

/** What already does what hooks would do, or null. */
export function rivalOf({ files, places }: EditContext, settings: HookSettings): string | null {
  return settings.rival?.({ places, ...readerOf(files) }) ?? null;
}

/** Reads files and folders, of which some can't be read. */
export function readerOf(files: Disk): Pick<Look, "read" | "list"> {
  return {
    read(path) {
      try {
        return readText(files, path);
      } catch {
        return null;
      }
    },
    list(folder) {
      try {
        return files.readdirSync(folder).sort();
      } catch {
        return [];
      }
    },
  };
}
