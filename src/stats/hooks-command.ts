import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { table, terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { toTimestamp } from "../text/time.ts";
import { type HookTimes, hookTimes } from "./sql.ts";

/** On a narrow terminal the longest goes, then names are cut. */
const STEPS = [
  { column: 6, least: 0 },
  { column: 1, least: 15 },
  { column: 5, least: 0 },
];

function describe(ctx: Context, times: readonly HookTimes[]): string {
  if (times.length === 0) return "No hook has stored anything.\n";
  const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
  const rows = times.map(({ client, event, count, p50Ms, p95Ms, p99Ms, maxMs }) => [
    client,
    event ?? "",
    String(count),
    ...[p50Ms, p95Ms, p99Ms, maxMs].map(milliseconds),
  ]);
  const header = ["Client", "Event", "Count", "p50", "p95", "p99", "Max"];
  return table(header, rows, { columns: terminalColumns(ctx), steps: STEPS });
}

export default command({
  meta: { name: "hooks", description: "Show how long the hooks of mm took" },
  args: {
    since: {
      type: "string",
      completes: ["24h", "7d", "30d"],
      description: "Only from a date, a date-time or a duration ago on",
      valueHint: "WHEN",
    },
    until: { type: "string", description: "Only before", valueHint: "WHEN" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm stats hooks --since 7d",
  details: [
    "Half of the calls took p50 at most, 95 and 99 in a hundred p95 and p99. What counts is the time within mm until the call is stored, without the start of the process by the agent's shell. A start of a session that runs already isn't counted, nor is an end that was undone.",
  ],
  async run(ctx, args) {
    const { since, until } = parsePeriod(args, ctx.now());
    const filter = { since: since && toTimestamp(since), until: until && toTimestamp(until) };
    const store = await ctx.store();
    const times = (await store.read((view) => hookTimes(view, filter))) ?? [];
    return {
      data: {
        hooks: times.map(({ client, event, count, p50Ms, p95Ms, p99Ms, maxMs }) => ({
          client,
          event,
          count,
          p50_ms: p50Ms,
          p95_ms: p95Ms,
          p99_ms: p99Ms,
          max_ms: maxMs,
        })),
      },
      text: () => describe(ctx, times),
    };
  },
});
