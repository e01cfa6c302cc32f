import type { z } from "zod";
import type { Context } from "../context.ts";
import { wasPulled } from "../machines/pulled.ts";
import { withStores } from "../machines/stores.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { type Asker, onlyOne, sessionsOfAsker } from "./asker.ts";
import { Declined } from "./explain.ts";
import { noteIn } from "./note.ts";
import { type Served, scopeHere, scopesOf, workplaceOfAsker } from "./place.ts";
import { searchSessions } from "./search.ts";
import { readAnywhere, withNamed } from "./show.ts";
import type { NOTE, SEARCH, SHOW } from "./tools.ts";
import { whyHere } from "./why.ts";

const NOTHING_YET = "Nothing is recorded yet; the person runs `mm hooks install`.";

/** The project whose sessions of a store an agent may name; undefined for all. */
async function onlyProject(ctx: Context, served: Served, { roots }: Asker, from = ctx) {
  if (!served.thisProject) return undefined;
  return (await scopeHere(from, await workplaceOfAsker(ctx, served, roots))).filter;
}

/** The whole id of a session that an agent names. */
async function idOf(ctx: Context, named: string, only: ProjectFilter | undefined): Promise<string> {
  let id = named;
  await withNamed(ctx, named, only, async ({ session }) => {
    id = session.id;
  });
  return id;
}

async function isEmpty(ctx: Context): Promise<boolean> {
  return !(await (await ctx.store()).exists()) && !(await wasPulled(ctx));
}

type Args<Tool extends { readonly config: { readonly inputSchema: z.ZodType } }> = z.infer<
  Tool["config"]["inputSchema"]
>;

/** Finds sessions, or lists the newest. @throws UserError, Declined */
export async function foundFor(
  ctx: Context,
  served: Served,
  asker: Asker,
  args: Args<typeof SEARCH>,
) {
  if (await isEmpty(ctx)) return NOTHING_YET;
  const here = await workplaceOfAsker(ctx, served, asker.roots);
  const [own, ...others] = await sessionsOfAsker(ctx, asker, here);
  return await withStores(ctx, args.machine, async (stores) => {
    const scope = await scopesOf(stores, served, here, args.project);
    return await searchSessions(args, scope, others.length === 0 ? own : undefined);
  });
}

/** Tells of one session, or of a file and its lines. @throws UserError, Declined */
export async function shownFor(
  ctx: Context,
  served: Served,
  asker: Asker,
  args: Args<typeof SHOW>,
) {
  if (await isEmpty(ctx)) return NOTHING_YET;
  const { id, file, ...rest } = args;
  if (id !== undefined && file === undefined)
    return await readAnywhere(ctx, { id, ...rest }, (from) =>
      onlyProject(ctx, served, asker, from),
    );
  if (id !== undefined || file === undefined)
    throw new Declined(
      "a session or a file, one of the two",
      'id:"a6a81c73" or file:"src/cart.ts:12"',
    );
  const here = await workplaceOfAsker(ctx, served, asker.roots);
  return await whyHere(ctx, { file, bytes: args.bytes }, here);
}

/** Writes a note into a session. @throws UserError, Declined */
export async function notedFor(
  ctx: Context,
  served: Served,
  asker: Asker,
  args: Args<typeof NOTE>,
) {
  const { session, ...written } = args;
  const here = await workplaceOfAsker(ctx, served, asker.roots);
  const id =
    session === undefined
      ? onlyOne(await sessionsOfAsker(ctx, asker, here), asker)
      : await idOf(ctx, session, await onlyProject(ctx, served, asker));
  return await noteIn(ctx, written, id);
}
