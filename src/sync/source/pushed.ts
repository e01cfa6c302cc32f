import type { Context } from "../../context.ts";
import { loadSettings } from "../../settings/settings.ts";
import type { Store } from "../../store/store.ts";
import { isSetUp, parseSyncSettings } from "../settings.ts";
import { listWhole } from "./sent.ts";
import { withSidecar } from "./sidecar.ts";

/**
 * The ids of the sessions that the server has with all their events, if the settings let `gc` delete no others; null if
 * they let it.
 * @throws UserError `sync_settings`
 */
export async function onlyPushed(
  ctx: Pick<Context, "warnings">,
  store: Store,
): Promise<ReadonlySet<string> | null> {
  const { sync } = await loadSettings(store.home, (text) => void ctx.warnings.push(text));
  if (!isSetUp(sync)) return null;
  const settings = parseSyncSettings(sync);
  if (!settings.gcOnlyPushed) return null;
  const whole = await withSidecar(store, (sidecar) => listWhole(sidecar, settings.url));
  return new Set(whole);
}
