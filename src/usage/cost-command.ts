import { command } from "../cli/command.ts";
import { usageAnswer, usageArgs } from "./request.ts";
import { costText, pricesText } from "./text.ts";

export default command({
  meta: { name: "cost", description: "Show what the agents' model calls cost" },
  args: {
    ...usageArgs,
    prices: { type: "boolean", description: "Show the prices of the models that were called" },
  },
  example: "mm stats cost --by day --since 7d",
  details: [
    "Counts what agents' transcripts report; `mm backfill` reads them. Prices are list prices in US dollars, without subscriptions; `prices` in mm.json overrides them. A ≥ before a cost means that models without a known price are not included.",
    "If an agent counts its own cost and the two differ, both are shown. Days and weeks are local.",
  ],
  run: async (ctx, { prices, ...args }) =>
    await usageAnswer(ctx, args, prices ? pricesText : costText),
});
