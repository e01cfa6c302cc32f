import { parseQuestion } from "./completion/answer.ts";
import { type Offer, offerAt } from "./completion/offer.ts";
import { agentValues, type Candidate, machineValues, sessionValues } from "./completion/values.ts";
import type { Context } from "./context.ts";
import { createHost } from "./host/host.ts";
import { outline } from "./outline.ts" with { type: "macro" };

/** What the shell completes better by itself. */
const SHELLS_OWN: Readonly<Record<string, string>> = {
  file: "files",
  directory: "directories",
  program: "commands",
};

type Needs = Pick<Context, "env" | "now" | "agentProcesses">;

async function lookUp(ctx: Needs, offer: Offer, typed: string): Promise<readonly Candidate[]> {
  const prefix = typed.slice(offer.prefix.length);
  if (offer.lookUp === "agent") return await agentValues(ctx.env);
  if (offer.lookUp === "machine") return await machineValues(ctx.env, prefix);
  if (offer.lookUp === "session") return await sessionValues(ctx, prefix, false);
  if (offer.lookUp === "live-session") return await sessionValues(ctx, prefix, true);
  return offer.candidates;
}

async function answer(ctx: Needs, words: readonly string[]): Promise<string> {
  const question = parseQuestion(words);
  if (question === null) return "";
  const offer = offerAt(await outline(), question.before, question.current);
  const own = question.wantsFile ? "files" : SHELLS_OWN[offer.lookUp ?? ""];
  if (own !== undefined) return `${own}\n`;
  const candidates = await lookUp(ctx, offer, question.current);
  return ["words", ...question.lines(candidates, offer.prefix), ""].join("\n");
}

/** Answers a shell's completion script, which calls `mm __complete`. Fails silently. */
async function complete(ctx: Needs & Pick<Context, "argv" | "out">): Promise<void> {
  try {
    await ctx.out(await answer(ctx, ctx.argv.slice(1)));
  } catch {
    // Offering nothing is a valid answer.
  }
}

await complete(createHost().context);
