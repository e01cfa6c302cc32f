import { AGENTS } from "../agents/agents.ts";
import { PREVIEWS } from "../agents/histories.ts";
import { foldHint } from "../cli/fit.ts";
import { formatBytes } from "../cli/numbers.ts";
import { table } from "../cli/table.ts";
import { formatCost, formatCount } from "../text/figures/figures.ts";
import { type AgentReport, isTaken } from "./report.ts";

const NONE = "No transcripts found. `mm backfill --help` lists the agents that keep some.\n";
const NOTHING_NEW = "Nothing new: every transcript has been read.\n";
/** Where something can't be read, which is told by itself. */
const NONE_READ = "No transcript was read.\n";

/** What comes next where only the usage of calls was read. */
export const TO_READ_ALL =
  "Only tokens were read. For prompts, answers and tool calls, too: mm backfill";

/** Whose files were never read on a machine with the real agent. */
const nameOf = (agent: AgentReport["agent"]) =>
  `${AGENTS[agent].name}${PREVIEWS.includes(agent) ? " (preview)" : ""}`;

function line({
  agent,
  changed,
  bytes,
  sessions,
  events,
  usage,
  passedOver,
}: AgentReport): string[] {
  return [
    nameOf(agent),
    String(changed),
    formatBytes(bytes),
    String(sessions),
    String(events),
    ...(usage === null || usage.total === 0
      ? ["-", "-"]
      : [formatCount(usage.total), formatCost(usage)]),
    String(passedOver),
  ];
}

const HEADER = ["Agent", "Read", "Size", "Sessions", "Events", "Tokens", "Cost", "Passed over"];

const LEAST_NAME = 10;
/** What a narrow terminal does without: the size, the events, what was passed over, the tokens. */
const STEPS = [
  { column: 2, least: 0 },
  { column: 4, least: 0 },
  { column: 7, least: 0 },
  { column: 5, least: 0 },
  { column: 0, least: LEAST_NAME },
];

/** What was read and stored, in a line for each agent with transcripts, and what comes next. */
export function backfillText(
  reports: readonly AgentReport[],
  dryRun: boolean,
  columns: number | undefined,
  notes: readonly string[] = [],
): string {
  const shown = summaryText(reports, dryRun, columns);
  const isUnknown = reports.some(({ passedOver }) => passedOver > 0);
  const shared = reports.reduce((all, one) => all + one.shared, 0);
  const more = [
    ...(shared > 0 ? [sharedText(shared)] : []),
    ...(isUnknown ? ["Passed over are lines that mm doesn't understand: mm doctor"] : []),
    ...notes,
  ];
  if (more.length === 0) return shown;
  const lines = columns === undefined ? more : more.flatMap((line) => foldHint(line, columns));
  return `${shown}\n${lines.map((line) => `${line}\n`).join("")}`;
}

function sharedText(shared: number): string {
  const those = shared === 1 ? "one of these transcripts" : `${shared} of these transcripts`;
  return `Another mm has read ${those} meanwhile. Tokens and cost count what both have read.`;
}

function summaryText(
  reports: readonly AgentReport[],
  dryRun: boolean,
  columns: number | undefined,
): string {
  const some = reports.filter(({ found }) => found > 0);
  const isRefused = reports.some(({ problems }) => problems.length > 0);
  if (some.length === 0) return isRefused ? NONE_READ : NONE;
  if (dryRun) {
    const rows = some.map(({ agent, found, changed, bytes }) => [
      nameOf(agent),
      String(found),
      String(changed),
      formatBytes(bytes),
    ]);
    const steps = [
      { column: 1, least: 0 },
      { column: 0, least: LEAST_NAME },
    ];
    const right = [1, 2, 3];
    return table(["Agent", "Transcripts", "To read", "Size"], rows, { columns, steps, right });
  }
  const read = some.filter(isTaken);
  if (read.length === 0) return isRefused ? NONE_READ : NOTHING_NEW;
  return table(HEADER, read.map(line), { columns, steps: STEPS, right: [1, 2, 3, 4, 5, 6, 7] });
}

/** What could not be read. */
export function backfillNotes(reports: readonly AgentReport[]): string[] {
  return reports.flatMap(({ agent, problems }) => {
    if (problems.length === 0) return [];
    const more = problems.length > 1 ? `, and ${problems.length - 1} more` : "";
    return [`${agent}: not read: ${problems[0]}${more}`];
  });
}
