import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository } from "../files/git.ts";
import { loadSettings } from "../settings/settings.ts";
import { contextText, gatherContext } from "./briefing.ts";

/** What a new session is told, and how long that is; sizes are bytes of UTF-8. */
export interface Briefing {
  /** Empty where nothing is told. */
  readonly text: string;
  readonly bytes: number;
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function workingDirectory(ctx: Pick<Context, "cwd">): string {
  try {
    return ctx.cwd();
  } catch {
    throw new UserError("usage", "the working directory has been deleted", "go to another one");
  }
}

type Needs = Pick<Context, "cwd" | "env" | "now" | "store" | "warnings" | "agentProcesses">;

/** What a session would be told that starts in the working directory now. */
export async function briefingHere(ctx: Needs): Promise<Briefing> {
  const place = await findRepository(workingDirectory(ctx));
  const store = await ctx.store();
  const { stale } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const others = { but: "", staleMs: stale.ms };
  const found = await store.read(({ db }) => gatherContext(ctx, db, place, others));
  const parts = (found ?? []).map((part) => ({ ...part, bytes: byteLength(part.text) }));
  const text = contextText(parts);
  return { text, bytes: byteLength(text), parts };
}
