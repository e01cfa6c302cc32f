import { parseQuestion } from "./completion/answer.ts";
import { type Offer, offerAt } from "./completion/offer.ts";
import { agentValues, type Candidate, sessionValues } from "./completion/values.ts";
import type { Context } from "./context.ts";
import { createHost } from "./host/host.ts";
import { outline } from "./outline.ts" with { type: "macro" };
import type { Env } from "./settings/environment.ts";

/** What the shell completes better by itself. */
const SHELLS_OWN: Readonly<Record<string, string>> = {
  file: "files",
  directory: "directories",
  program: "commands",
};

async function lookUp(env: Env, offer: Offer, typed: string): Promise<readonly Candidate[]> {
  const prefix = typed.slice(offer.prefix.length);
  if (offer.lookUp === "agent") return await agentValues(env);
  if (offer.lookUp === "session") return await sessionValues(env, prefix, false);
  if (offer.lookUp === "live-session") return await sessionValues(env, prefix, true);
  return offer.candidates;
}

async function answer(env: Env, words: readonly string[]): Promise<string> {
  const question = parseQuestion(words);
  if (question === null) return "";
  const offer = offerAt(await outline(), question.before, question.current);
  const own = question.wantsFile ? "files" : SHELLS_OWN[offer.lookUp ?? ""];
  if (own !== undefined) return `${own}\n`;
  const candidates = await lookUp(env, offer, question.current);
  return ["words", ...question.lines(candidates, offer.prefix), ""].join("\n");
}

/** Answers a shell's completion script, which calls `mm __complete`. Fails silently. */
async function complete(ctx: Pick<Context, "argv" | "env" | "out">): Promise<void> {
  try {
    await ctx.out(await answer(ctx.env, ctx.argv.slice(1)));
  } catch {
    // Offering nothing is a valid answer.
  }
}

await complete(createHost().context);
