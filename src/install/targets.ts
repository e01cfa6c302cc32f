import { existsSync } from "node:fs";
import { AGENTS, CLIENTS, type Client } from "../agents/agents.ts";
import { INSTALLERS } from "../agents/settings.ts";
import type { Context } from "../context.ts";
import type { EditContext, Places, Scope } from "../edit/places.ts";
import type { Target } from "../edit/plan.ts";
import type { EventSet, HookSettings, Look } from "../edit/settings.ts";
import { readText } from "../edit/write.ts";
import { UserError } from "../errors.ts";
import type { Disk } from "../files/durable.ts";
import { findOnPath } from "../files/paths.ts";
import { isAtLeast } from "../text/version.ts";

/**
 * The clients that words name.
 * @throws UserError `usage`
 */
export function parseClients(words: readonly string[]): Client[] {
  return [...new Set(words)].map((word) => {
    const client = CLIENTS.find((known) => known === word);
    if (client !== undefined) return client;
    throw new UserError("usage", `unknown client '${word}'`, `one of: ${CLIENTS.join(", ")}`);
  });
}

const VERSION_MS = 3000;

/** The file of one client in one scope, or null if `mm` installs nothing for that client. */
export function targetOf(client: Client, scope: Scope, places: Places): Target | null {
  const settings = INSTALLERS[client];
  if (settings.kind === "none") return null;
  return { client, settings, scope, path: settings.file(scope, places) };
}

/** @throws UserError `not_installable` */
export function namedTarget(client: Client, scope: Scope, places: Places): Target {
  const target = targetOf(client, scope, places);
  if (target !== null) return target;
  const installer = INSTALLERS[client];
  const because = installer.kind === "none" ? installer.because : "";
  throw new UserError("not_installable", `nothing to install for ${client}: ${because}`);
}

/** Whether the agent is found on this machine. */
export function isThere(settings: HookSettings, places: Places): boolean {
  return (
    existsSync(settings.folder(places)) ||
    settings.programs.some((name) => findOnPath(places.env, name).length > 0)
  );
}

/** The supported clients that are found on this machine. */
export function clientsThere(places: Places): Client[] {
  return CLIENTS.filter((client) => {
    const installer = INSTALLERS[client];
    if (installer.kind === "none" || AGENTS[client].support === "preview") return false;
    return isThere(installer, places);
  });
}

/** The events to install: those of the set that the client's version knows. */
export async function eventsOf(
  ctx: Pick<Context, "env" | "capture">,
  settings: HookSettings,
  set: EventSet,
): Promise<readonly string[]> {
  const { newerEvents } = settings;
  const events = settings.events[set];
  if (newerEvents === null || !events.some((event) => event in newerEvents.since)) return events;
  const [name = "", ...words] = newerEvents.argv;
  const program = findOnPath(ctx.env, name)[0];
  const printed = program === undefined ? null : await ctx.capture([program, ...words], VERSION_MS);
  const version =
    newerEvents.pattern
      .exec(printed ?? "")
      ?.slice(1)
      .map(Number) ?? null;
  return events.filter((event) => {
    const since = newerEvents.since[event];
    return since === undefined || (version !== null && isAtLeast(version, since));
  });
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
