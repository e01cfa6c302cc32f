import { version } from "../../../package.json" with { type: "json" };
import type { Context } from "../../context.ts";
import { loadSettings } from "../../settings/settings.ts";
import { parseSyncSettings, type SyncSettings } from "../settings.ts";
import type { SourceOwner } from "./ensure.ts";
import { homeHolder } from "./identity.ts";

/** The settings of sync. @throws UserError `sync_settings` */
export async function readSyncSettings(
  ctx: Pick<Context, "store" | "warnings">,
): Promise<SyncSettings> {
  const { home } = await ctx.store();
  const { sync } = await loadSettings(home, (message) => void ctx.warnings.push(message));
  return parseSyncSettings(sync);
}

/** This home on this machine. */
export async function pushOwner(
  ctx: Pick<Context, "machine">,
  settings: SyncSettings,
  home: string,
): Promise<SourceOwner> {
  const { name, id } = await ctx.machine();
  return { holder: homeHolder(id, home), machine: settings.machine ?? name, version };
}
