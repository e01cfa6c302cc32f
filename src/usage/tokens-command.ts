import { command } from "../cli/command.ts";
import { usageAnswer, usageArgs } from "./request.ts";
import { tokensText } from "./text.ts";

export default command({
  meta: { name: "tokens", description: "Show how many tokens the agents used" },
  args: usageArgs,
  example: "mm stats tokens --by model",
  details: [
    "Counts what agents' transcripts report; `mm backfill` reads them. Input leaves out what came from a cache; output includes the model's thinking. The five numbers never overlap, and each call counts once, however often a transcript repeats it.",
    "Days and weeks are local.",
  ],
  run: async (ctx, args) => await usageAnswer(ctx, args, tokensText),
});
