import type { Context } from "../../context.ts";
import type { ReadStore, ReadStores } from "../../machines/model.ts";
import { folderNames } from "../../projects/folders.ts";
import { type Extras, type ListedSession, type Listing, listSessions } from "../list/list.ts";
import type { ListFilter } from "../list/sql.ts";

async function listOn(
  { ctx, machines }: ReadStore,
  filter: ListFilter,
  extras: Extras,
): Promise<Listing> {
  const listing = await listSessions(ctx, filter, extras);
  if (machines === null) return listing;
  const found = await machines.of(listing.sessions.map(({ id }) => id));
  const sessions = listing.sessions.map((session) => ({
    ...session,
    machine: found.get(session.id) ?? null,
    // Its agent keeps the session on the other machine.
    resumeCommand: machines.areOthers ? null : session.resumeCommand,
  }));
  return { ...listing, sessions };
}

const LONG_AGO = Number.NEGATIVE_INFINITY;

/** In the order of `listStatement`. */
function inOrder(sessions: readonly ListedSession[], order: ListFilter["order"]): ListedSession[] {
  const active = ({ activeAtMs }: ListedSession) => activeAtMs ?? LONG_AGO;
  const byStart = (a: ListedSession, b: ListedSession) =>
    a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0;
  return sessions.toSorted(
    (a, b) =>
      (order === "active" && active(a) !== active(b) ? active(b) - active(a) : 0) || byStart(a, b),
  );
}

/** Makes one list of those of several stores. */
function merged(listings: readonly Listing[], { limit, order }: ListFilter): Listing {
  const all = listings.flatMap(({ sessions }) => sessions);
  const shown = inOrder(all, order).slice(0, limit);
  const names = folderNames(shown.map(({ folder }) => folder));
  return {
    sessions: shown.map((session, index) => ({ ...session, project: names[index] ?? null })),
    total: listings.reduce((sum, { total }) => sum + total, 0),
  };
}

/** A list, and how it was filtered. */
export interface FilteredListing {
  readonly listing: Listing;
  readonly filter: ListFilter;
}

/**
 * Lists the sessions of several stores as one list.
 * @param filterFor what to list of a store: which folders a project has differs
 */
export async function listTogether(
  stores: ReadStores,
  filterFor: (ctx: Context) => Promise<ListFilter>,
  extras: Extras,
): Promise<FilteredListing> {
  const [first, ...others] = stores;
  const filter = await filterFor(first.ctx);
  const listing = await listOn(first, filter, extras);
  if (others.length === 0) return { listing, filter };
  const listings = [listing];
  for (const from of others) {
    listings.push(await listOn(from, await filterFor(from.ctx), extras));
  }
  return { listing: merged(listings, filter), filter };
}
