import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { collectEvery, every } from "../files/memory.ts";
import type { ReadStore, ReadStores } from "../machines/model.ts";
import { type Opened, openTogether } from "../machines/together.ts";
import { distinctNames } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
import type { View } from "../store/store.ts";
import { localHours, NO_HOUR } from "./local/sql.ts";
import {
  countStored,
  eventsToCount,
  type StatsFilter,
  sessionsToCount,
  tellSetups,
} from "./sql.ts";
import { type ActivityStats, ActivityTally, type StatsPlace } from "./tally.ts";

const SESSIONS_A_COLLECTION = 25_000;
const EVENTS_A_COLLECTION = 200_000;
/** After these the collector is only asked for, which costs next to nothing and mostly suffices. */
const EVENTS_A_REQUEST = 50_000;

/** The folders of projects by the keys of their groups, as far as they aren't known yet. */
async function addFolders(
  folders: Map<string, string>,
  { db }: View,
  places: ReadonlyMap<string, StatsPlace>,
): Promise<void> {
  const projects = new Projects(db);
  for (const [path, { project, root }] of places) {
    if (folders.has(path)) continue;
    folders.set(path, (await projects.folderOf(project, root)) ?? path);
  }
}

/** The names of projects by the keys of their groups. Projects with the same name get part of their path. */
function projectNames(folders: ReadonlyMap<string, string>): Map<string, string> {
  const names = distinctNames(folders.values());
  return new Map([...folders].map(([path, folder]) => [path, names.get(folder) ?? folder]));
}

/** Adds what a store has; `done` is how many events others had. @returns how many there are now */
async function addStored(
  tally: ActivityTally,
  view: View,
  filter: StatsFilter,
  progress: LateProgress,
  done: number,
): Promise<number> {
  let all = done;
  let collect = collectEvery(SESSIONS_A_COLLECTION);
  tellSetups(view, (id, setup) => tally.addSetup(id, setup));
  for (const told of sessionsToCount(view, filter, tally.addSession)) {
    collect(told);
  }
  collect = collectEvery(EVENTS_A_COLLECTION);
  const request = every(EVENTS_A_REQUEST, () => void Bun.gc(false));
  for (const told of eventsToCount(view, filter, tally.addEvent)) {
    request(told);
    collect(told);
    all += told;
    progress.show(all);
    await progress.turn();
  }
  tally.closeStore();
  return all;
}

/**
 * Counts the sessions and events of the period. Signals get through in the meantime.
 * @param filterFor what to count of a store: which folders a project has differs
 */
export async function activityStats(
  stores: ReadStores,
  filterFor: (ctx: Context) => Promise<StatsFilter>,
  progress: LateProgress,
): Promise<ActivityStats> {
  const filters = new Map<ReadStore, StatsFilter>();
  for (const from of stores) filters.set(from, await filterFor(from.ctx));
  const stats = await openTogether(stores, async (opened) => {
    const [{ view: anyView }] = opened as [Opened];
    const tally = new ActivityTally(localHours(anyView));
    progress.begin(opened.reduce((sum, { view }) => sum + countStored(view), 0));
    const folders = new Map<string, string>();
    let done = 0;
    for (const { view, from } of opened) {
      done = await addStored(tally, view, filters.get(from) ?? {}, progress, done);
      await addFolders(folders, view, tally.places);
    }
    return tally.result(projectNames(folders));
  });
  return stats ?? new ActivityTally(() => NO_HOUR).result(new Map());
}
