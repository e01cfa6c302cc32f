import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { endSession, manualEnding } from "../store/ends.ts";
import { countEvents, countEventsByType } from "../store/events.ts";
import { isActive } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { redact } from "../text/redact.ts";
import { automaticSummary } from "../text/summary.ts";
import { emptyId, inheritedId, type Reference, resolveSession, sessionNotFound } from "./which.ts";

export interface EndInput {
  readonly id: string | undefined;
  /** An empty string is no summary. */
  readonly summary: string | undefined;
  /** Whether to summarise the events if no summary is given. */
  readonly automatic: boolean;
}

export interface EndResult {
  readonly id: string;
  readonly summary: string | null;
  readonly eventCount: number;
}

/** Failures after which the state file may still name an ended or deleted session. */
const NOTHING_TO_END: ReadonlySet<string> = new Set([
  "no_session",
  "session_not_found",
  "session_ended",
]);

type Needs = Pick<Context, "env" | "now" | "store">;

const NO_SESSION = new UserError("no_session", "No active session. Run `mm session start` first.");

function missing(id: string | null): UserError {
  if (id === "") return emptyId();
  return id === null ? NO_SESSION : sessionNotFound(id);
}

/** Why the session can't be ended, or null if it can. */
function obstacle(reference: Reference): UserError | null {
  if (reference.kind === "none") return NO_SESSION;
  if (reference.kind === "unknown") return sessionNotFound(reference.id);
  const { session, named } = reference;
  if (isActive(session)) return null;
  return named
    ? new UserError("session_ended", `session already ended: ${session.id}`)
    : NO_SESSION;
}

function summarise(view: View, id: string, input: EndInput): string | null {
  if (input.summary) return redact(input.summary);
  return input.automatic ? automaticSummary(countEventsByType(view.db, id)) : null;
}

function end(view: View, reference: Reference, input: EndInput, now: Date): EndResult {
  const problem = obstacle(reference);
  if (problem !== null || reference.kind !== "found") throw problem ?? NO_SESSION;
  const { id } = reference.session;
  // Keep a summary that a person wrote before the session was reopened.
  const earlier = reference.session.summary;
  const eventCount = countEvents(view.db, id);
  const summary = summarise(view, id, input) ?? earlier;
  const provenance = summary === null ? {} : { summary_provenance: "manual" };
  const metadata = { event_count: eventCount, ...provenance };
  endSession(view.db, id, manualEnding(now, summary, metadata));
  return { id, summary, eventCount };
}

/** The id that the state file should no longer name; null for any session that isn't active. */
function idOf(reference: Reference): string | null {
  if (reference.kind === "none") return null;
  return reference.kind === "found" ? reference.session.id : reference.id;
}

/**
 * Ends the named or current session. Never changes an ended one.
 * @throws UserError `no_session`, `session_not_found`, `session_ended`, `session_ambiguous`
 */
export async function endByHand(ctx: Needs, input: EndInput): Promise<EndResult> {
  const store = await ctx.store();
  // Without a database there is nothing to end, so don't create one.
  if (!(await store.exists())) throw missing(input.id ?? inheritedId(ctx.env));
  let over: string | null = null;
  try {
    const result = await store.write(async (view) => {
      const reference = await resolveSession(view, ctx.env, input.id);
      over = idOf(reference);
      return end(view, reference, input, ctx.now());
    });
    await store.forgetCurrent(over);
    return result;
  } catch (error) {
    if (error instanceof UserError && NOTHING_TO_END.has(error.code))
      await store.forgetCurrent(over);
    throw error;
  }
}
