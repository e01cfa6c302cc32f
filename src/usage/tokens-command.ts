import { usageCommand } from "./request.ts";
import { tokensText } from "./text.ts";

export default usageCommand(
  {
    name: "tokens",
    description: "Show how many tokens the agents used",
    example: "mm stats tokens --by model",
    details: [
      "Counts what agents' transcripts report; `mm backfill` reads them. Input leaves out what came from a cache; output includes the model's thinking. The five numbers never overlap, and each call counts once, however often a transcript repeats it.",
      "Days and weeks are local.",
    ],
  },
  tokensText,
);
