import { fold } from "../cli/fit.ts";
import { table } from "../cli/table.ts";
import { formatCost, formatCount, formatDollars } from "../text/figures/figures.ts";
import { longPrice, NO_MODEL, type Usage } from "./cost.ts";
import { PRICES_FROM, type Price } from "./prices.ts";
import type { UsageStats } from "./stats.ts";

const written = ({ cacheWrite5m, cacheWrite1h }: Usage) => cacheWrite5m + cacheWrite1h;

/** What the agents say, where it differs from the cost of the same calls by more than rounding does. */
function toldOtherwise({ costTold, costOfTold }: Usage): string | null {
  if (costTold === null || costOfTold === null) return null;
  const isSame = Math.abs(costOfTold - costTold) <= 0.005 + costOfTold * 0.001;
  return isSame ? null : formatDollars(costTold);
}

/** `4.4k (1.2k input, 2.4k cache read, 800 output)` */
export function describeTokens(usage: Usage): string {
  const parts = [
    [usage.input, "input"],
    [usage.cacheRead, "cache read"],
    [written(usage), "cache write"],
    [usage.output, "output"],
  ] as const;
  const told = parts.filter(([tokens]) => tokens > 0);
  return `${formatCount(usage.total)} (${told.map(([tokens, name]) => `${formatCount(tokens)} ${name}`).join(", ")})`;
}

/**
 * `$0.05`, or `≥ $0.05 (no price for house-model)`, or with another figure of the agent's own: `$0.05 (Claude Code
 * says $0.07)`.
 */
export function describeCost(usage: Usage, agentName: string): string {
  const { cost, withoutPrice } = usage;
  const told = toldOtherwise(usage);
  const notes = [
    withoutPrice.length > 0 && `no price for ${withoutPrice.join(", ")}`,
    told !== null && `${agentName} says ${told}`,
  ].filter((note) => note !== false);
  const known = withoutPrice.length > 0 && cost === 0 ? "unknown" : formatCost(usage);
  return notes.length === 0 ? known : `${known} (${notes.join("; ")})`;
}

const HEADS = {
  day: "Day",
  week: "Week of",
  agent: "Agent",
  model: "Model",
  project: "Project",
  session: "Session",
} as const;

const NOTHING = "No tokens are stored. `mm backfill` reads them from your agents' transcripts.\n";

/** What is said where no call is among those that were asked for. */
const nothing = ({ isStored }: UsageStats) => (isStored ? "No tokens found.\n" : NOTHING);

function labelOf({ by }: UsageStats, { key, session }: UsageStats["groups"][number]): string {
  if (session !== null) return [session.shortId, session.title ?? ""].join("  ").trimEnd();
  return key ?? (by === "model" ? NO_MODEL : "(none)");
}

function tokenCells(usage: Usage): string[] {
  const { calls, input, cacheRead, output, total } = usage;
  return [
    String(calls),
    ...[input, cacheRead, written(usage), output, total].map(formatCount),
    formatCost(usage),
  ];
}

/** Tokens in a line for each group, and in all. */
export function tokensText(stats: UsageStats, columns: number | undefined): string {
  const { by, groups, total } = stats;
  if (groups.length === 0) return nothing(stats);
  const header = [
    HEADS[by],
    "Calls",
    "Input",
    "Cache read",
    "Cache write",
    "Output",
    "Total",
    "Cost",
  ];
  const rows = groups.map((group) => [labelOf(stats, group), ...tokenCells(group.usage)]);
  const steps = [
    { column: 1, least: 0 },
    { column: 4, least: 0 },
    { column: 3, least: 0 },
    { column: 0, least: 10 },
    { column: 2, least: 0 },
    { column: 5, least: 0 },
  ];
  const right = [1, 2, 3, 4, 5, 6, 7];
  return table(header, [...rows, ["Total", ...tokenCells(total)]], { columns, steps, right });
}

function missing({ cost, withoutPrice }: Usage, columns: number | undefined): string {
  if (withoutPrice.length === 0) return "";
  const why = `${cost === 0 ? "?" : "≥"} because no price is known for: ${withoutPrice.join(", ")}. To add one: "prices" in mm.json.`;
  return paragraph(why, columns);
}

function paragraph(text: string, columns: number | undefined): string {
  return `${columns === undefined ? text : fold(text, columns).join("\n")}\n`;
}

/** Costs in a line for each group, and in all. */
export function costText(stats: UsageStats, columns: number | undefined): string {
  const { by, groups, total } = stats;
  if (groups.length === 0) return nothing(stats);
  const cells = (usage: Usage) => [
    formatCost(usage),
    String(usage.calls),
    formatCount(usage.total),
    toldOtherwise(usage) ?? "",
  ];
  const rows = groups.map((group) => [labelOf(stats, group), ...cells(group.usage)]);
  const all = [...rows, ["Total", ...cells(total)]];
  const isTold = all.some((row) => row[4] !== "");
  const header = [HEADS[by], "Cost", "Calls", "Tokens", "Agent says"];
  const shown = [header, ...all].map((row) => (isTold ? row : row.slice(0, 4)));
  const steps = [
    { column: 2, least: 0 },
    { column: 0, least: 10 },
  ];
  const [head = [], ...body] = shown;
  return `${table(head, body, { columns, steps, right: [1, 2, 3, 4] })}\n${missing(total, columns)}Prices of ${PRICES_FROM.day}.\n`;
}

const PRICE_HEADER = ["Model", "Input", "Output", "Cache read", "Write 5m", "Write 1h", "From"];

function priceCells({ model, found }: UsageStats["models"][number]): string[][] {
  if (found === null) return [[model, "?", "?", "?", "?", "?", "no price known"]];
  const { price, isOwn } = found;
  const { long } = price;
  const row = (name: string, of: Omit<Price, "long" | "fast">, from: string) => [
    name,
    ...[of.input, of.output, of.cache_read, of.cache_write_5m, of.cache_write_1h].map((amount) =>
      amount === undefined ? "-" : String(amount),
    ),
    from,
  ];
  const own = row(model, price, isOwn ? "mm.json" : "mm");
  if (long === undefined) return [own];
  return [own, row(`  above ${formatCount(long.above)} tokens`, longPrice(price), "")];
}

/** The prices of the models that were called. */
export function pricesText(stats: UsageStats, columns: number | undefined): string {
  if (stats.models.length === 0) return nothing(stats);
  const rows = stats.models.flatMap(priceCells);
  const steps = [
    { column: 0, least: 16 },
    { column: 5, least: 0 },
    { column: 4, least: 0 },
    { column: 3, least: 0 },
    { column: 6, least: 0 },
  ];
  const { day, source } = PRICES_FROM;
  const from = source.replace(/,.*/u, "");
  return [
    table(PRICE_HEADER, rows, { columns, steps, right: [1, 2, 3, 4, 5] }),
    "\n",
    paragraph(`US dollars for a million tokens, from ${from} of ${day}.`, columns),
    paragraph('"prices" in mm.json adds or replaces a model.', columns),
  ].join("");
}
