import { usageCommand } from "./request.ts";
import { costText } from "./text.ts";

export default usageCommand(
  {
    name: "cost",
    description: "Show what the agents' model calls cost",
    example: "mm stats cost --by day --since 7d",
    details: [
      "Counts what the transcripts of agents tell: `mm backfill` reads them. Prices are those of the makers' lists, in US dollars, and know nothing of subscriptions; `prices` in mm.json replaces them. A cost behind ≥ lacks the models that have no known price.",
      "An agent that counts its cost itself is shown beside mm's figure where the two differ. Days and weeks are local.",
    ],
  },
  costText,
);
