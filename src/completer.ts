import { readQuestion } from "./completion/answer.ts";
import { type Offer, offerAt } from "./completion/offer.ts";
import { agentValues, type Candidate, sessionValues } from "./completion/values.ts";
import type { Context } from "./context.ts";
import { createHost } from "./host/host.ts";
import { outline } from "./outline.ts" with { type: "macro" };
import type { Env } from "./settings/environment.ts";

/** What the shell's own completion knows better. */
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
  const question = readQuestion(words);
  if (question === null) return "";
  const offer = offerAt(await outline(), question.before, question.current);
  const own = question.wantsFile ? "files" : SHELLS_OWN[offer.lookUp ?? ""];
  if (own !== undefined) return `${own}\n`;
  const candidates = await lookUp(env, offer, question.current);
  return ["words", ...question.lines(candidates, offer.prefix), ""].join("\n");
}

/**
 * Answers the completion script of a shell, which called `mm __complete`: silently, whatever happens.
 * It stands beside the tree of commands, since it is made from the tree.
 */
async function complete(ctx: Pick<Context, "argv" | "env" | "out">): Promise<void> {
  try {
    await ctx.out(await answer(ctx.env, ctx.argv.slice(1)));
  } catch {
    // No completion is an answer too.
  }
}

await complete(createHost().context);
