import type { Env } from "../context.ts";
import { loadConfig } from "../settings/home.ts";
import { Store, type StoreHost } from "../store/store.ts";

export async function createStore(env: Env, host: StoreHost): Promise<Store> {
  return new Store(await loadConfig(env, host.warn), host);
}
