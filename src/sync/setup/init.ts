import { changeSetting } from "../../config/config.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { loadSettings } from "../../settings/settings.ts";
import { durationMs } from "../../text/duration.ts";
import { withRemote } from "../remote/connect.ts";
import { createServer, type ServerPlan, serverSql } from "../remote/schema/schema.ts";
import { isSetUp, notSetUp, parseSyncSettings, type SyncSettings } from "../settings.ts";

const DAY_MS = 86_400_000;

/** What was typed for `mm sync init`. */
export interface InitInput {
  readonly url: string | undefined;
  readonly project: string | undefined;
  readonly exclude: string | undefined;
  readonly machine: string | undefined;
  readonly ca: string | undefined;
  readonly keep: string | undefined;
  readonly search: boolean;
}

type Values = Readonly<Record<string, unknown>>;

const wordsOf = (typed: string | undefined) =>
  typed
    ?.split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

function keepDays(typed: string | undefined): ServerPlan["keepDays"] {
  if (typed === undefined) return null;
  if (typed === "forever") return typed;
  const ms = durationMs(typed);
  if (ms !== null && ms >= DAY_MS && ms % DAY_MS === 0) return ms / DAY_MS;
  throw new UserError(
    "invalid_duration",
    `invalid duration '${typed}'`,
    "expected whole days like 90d, or forever",
  );
}

/** The settings with what was typed. What was left out stays as it is. */
function mergeSettings(before: Values, input: InitInput): Values {
  const typed = {
    url: input.url,
    projects: wordsOf(input.project),
    exclude: wordsOf(input.exclude),
    machine: input.machine,
    ca: input.ca,
  };
  const given = Object.entries(typed).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

/** What `mm sync init` did. */
export interface Initiated {
  readonly settings: SyncSettings;
  /** Whether the roles of a team are on the server; null if the statements were only printed. */
  readonly hasRoles: boolean;
}

type Needs = Pick<
  Context,
  "capture" | "disk" | "env" | "newId" | "now" | "sleep" | "store" | "warnings"
>;

async function settingsFor(ctx: Needs, input: InitInput): Promise<Values> {
  const { home } = await ctx.store();
  const { sync } = await loadSettings(home, (message) => void ctx.warnings.push(message));
  if (!isSetUp(sync) && input.url === undefined) throw notSetUp();
  return mergeSettings(sync, input);
}

const planOf = ({ keep, search }: InitInput): ServerPlan => ({
  keepDays: keepDays(keep),
  hasSearch: search,
});

/** The statements that an administrator may run instead. */
export function initSql(input: InitInput): string {
  return serverSql(planOf(input));
}

/**
 * Creates or upgrades the schema on the server, then writes the settings.
 * @throws UserError `sync_settings`, `sync_unreachable`, `sync_refused`, `settings_unwritable`
 */
export async function initSync(ctx: Needs, input: InitInput): Promise<Initiated> {
  const values = await settingsFor(ctx, input);
  const settings = parseSyncSettings(values);
  const plan = planOf(input);
  const hasRoles = await withRemote(ctx, settings, (remote) => createServer(remote, plan));
  await changeSetting(ctx, "sync", values);
  return { settings, hasRoles };
}
