import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import { toTimestamp } from "../text/time.ts";
import { hookTimesJson } from "./json.ts";
import { hookTimes } from "./sql.ts";
import { hookTimesText } from "./text.ts";

export default command({
  meta: { name: "hooks", description: "Show how long the hooks of mm took" },
  args: { ...options.period, json: options.json },
  example: "mm stats hooks --since 7d",
  details: [
    "Half of the calls took p50 at most, 95 and 99 in a hundred p95 and p99. What counts is the time within mm until the call is stored, without the start of the process by the agent's shell. A start of a session that runs already isn't counted, nor is an end that was undone.",
  ],
  async run(ctx, args) {
    const { since, until } = parsePeriod(args, ctx.now());
    const filter = { since: since && toTimestamp(since), until: until && toTimestamp(until) };
    const times = await hookTimes(ctx, filter);
    return {
      data: hookTimesJson(times),
      text: () => hookTimesText(times, terminalColumns(ctx)),
    };
  },
});
