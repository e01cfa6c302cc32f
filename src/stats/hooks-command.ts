import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import { nothingFound } from "../hints/hints.ts";
import { toTimestamp } from "../text/time.ts";
import { hookTimesJson } from "./json.ts";
import { hookTimes } from "./sql.ts";
import { hookTimesText } from "./text.ts";

export default command({
  meta: { name: "hooks", description: "Show how long mm's hooks took" },
  args: { ...options.period, json: options.json },
  example: "mm stats hooks --since 7d",
  details: [
    "p50, p95 and p99 are percentiles: 95 % of the calls took p95 or less. The time is what mm itself takes until the call is stored, without the shell that starts it. The start of a session that is already running and an end that was undone don't count.",
  ],
  lacks: { "--machine": "these times never leave a machine, so run this on the other one" },
  async run(ctx, args) {
    const { since, until } = parsePeriod(args, ctx.now());
    const filter = { since: since && toTimestamp(since), until: until && toTimestamp(until) };
    const times = await hookTimes(ctx, filter);
    const none = times.length > 0 || args.json ? "" : await nothingFound(ctx, {});
    return {
      data: hookTimesJson(times),
      text: () => `${hookTimesText(times, styleFor(ctx), terminalColumns(ctx))}${none}`,
    };
  },
});
