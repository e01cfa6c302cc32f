import type { View } from "../store/store.ts";
import type { ReadStore, ReadStores } from "./model.ts";

/** A store that is open. */
export interface Opened {
  readonly view: View;
  readonly from: ReadStore;
}

async function open<T>(
  stores: readonly ReadStore[],
  opened: readonly Opened[],
  work: (opened: readonly Opened[]) => Promise<T>,
): Promise<T | undefined> {
  const [from, ...others] = stores;
  if (from === undefined) return opened.length === 0 ? undefined : await work(opened);
  const store = await from.ctx.store();
  let isOpened = false;
  const result = await store.read(async (view) => {
    isOpened = true;
    return await open(others, [...opened, { view, from }], work);
  });
  return isOpened ? result : await open(others, opened, work);
}

/**
 * Runs `work` while all stores are open in which anything was stored.
 * @returns undefined if there are none
 */
export async function openTogether<T>(
  stores: ReadStores,
  work: (opened: readonly Opened[]) => Promise<T>,
): Promise<T | undefined> {
  return await open(stores, [], work);
}
