import { usageCommand } from "./request.ts";
import { costText } from "./text.ts";

export default usageCommand(
  {
    name: "cost",
    description: "Show what the agents' model calls cost",
    example: "mm stats cost --by day --since 7d",
    details: [
      "Counts what agents' transcripts report; `mm backfill` reads them. Prices are list prices in US dollars, without subscriptions; `prices` in mm.json overrides them. A ≥ before a cost means that models without a known price are not included.",
      "If an agent counts its own cost and the two differ, both are shown. Days and weeks are local.",
    ],
  },
  costText,
);
