import { normalize, resolve } from "node:path";
import { agentIdsOf } from "../agents/ids.ts";
import { countFromOne, parsePeriod } from "../cli/numbers.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findProject } from "../projects/filter.ts";
import { eventType } from "../text/event-words.ts";
import { toTimestamp } from "../text/time.ts";
import type { HitFilter } from "./hits.ts";

/**
 * The file that was typed: an absolute path, or the end of one. A path that begins with `./` or `../` counts from the
 * working directory.
 * @throws UserError `usage` if it is empty, or the working directory is needed and has been deleted
 */
function typedFile(ctx: Pick<Context, "cwd">, typed: string): string {
  if (typed === "")
    throw new UserError("usage", "the file is empty", "for example --file src/cart.ts");
  if (typed.startsWith("/") || !/^\.\.?\//u.test(typed)) return normalize(typed);
  try {
    return resolve(ctx.cwd(), typed);
  } catch {
    const hint = "go to another one, or give the whole path";
    throw new UserError("usage", "the working directory has been deleted", hint);
  }
}

/** The query in words. @throws UserError `usage` for none, unless a file is asked for */
export function typedQuery(words: readonly string[], file: string | undefined): string {
  const typed = words.join(" ");
  if (typed.trim() !== "" || file !== undefined) return typed;
  throw new UserError("usage", "missing argument: QUERY", "`mm search --help` shows the usage");
}

/** What was typed to narrow a search. */
interface TypedFilter {
  readonly agent: string | undefined;
  readonly project: string | undefined;
  readonly type: string | undefined;
  readonly file: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly limit: string;
}

/** @throws UserError `usage`, `invalid_time` */
export async function toFilter(
  ctx: Pick<Context, "cwd" | "now" | "store">,
  { agent, project, type, file, limit, ...period }: TypedFilter,
): Promise<HitFilter> {
  const { since, until } = parsePeriod(period, ctx.now());
  return {
    agents: agent === undefined ? undefined : agentIdsOf(agent),
    project: project === undefined ? undefined : await findProject(ctx, project),
    type: type && eventType(type),
    file: file === undefined ? undefined : typedFile(ctx, file),
    since: since && toTimestamp(since),
    until: until && toTimestamp(until),
    limit: countFromOne("--limit", limit),
  };
}
