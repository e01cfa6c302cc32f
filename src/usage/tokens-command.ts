import { usageCommand } from "./request.ts";
import { tokensText } from "./text.ts";

export default usageCommand(
  {
    name: "tokens",
    description: "Show how many tokens the agents used",
    example: "mm stats tokens --by model",
    details: [
      "Counts what the transcripts of agents tell: `mm backfill` reads them. Input is what no cache had; output includes what the model thought. The five numbers never overlap, and each call counts once, however often a transcript repeats it.",
      "Days and weeks are local.",
    ],
  },
  tokensText,
);
