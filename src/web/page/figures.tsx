import { formatHours } from "../../text/duration.ts";
import { formatCount } from "../../text/figures/figures.ts";
import { type BarRow, Bars, DayColumns, WeekHours, YearMap } from "./charts.tsx";
import { Choice, MachineChoice } from "./choice.tsx";
import type { HooksDocument, StatsDocument, StatsGroup, UsageDocument } from "./documents.ts";
import { useDocument } from "./load.ts";
import { agentName, dayOf, money, Trouble } from "./shown.tsx";
import { ask, asked, askedMachine, now } from "./state.ts";

const PERIODS: readonly (readonly [string, string, number])[] = [
  ["7d", "7 days", 4],
  ["30d", "30 days", 8],
  ["90d", "90 days", 16],
  ["365d", "A year", 53],
];
const MOST_ROWS = 10;

type Groups = Readonly<Record<string, readonly StatsGroup[]>>;

function rowsOf(groups: readonly StatsGroup[] = [], none = "unknown"): BarRow[] {
  return groups.slice(0, MOST_ROWS).map(({ key, events, sessions }) => ({
    name: key ?? none,
    value: events,
    told: formatCount(events),
    note: `${formatCount(sessions)} session${sessions === 1 ? "" : "s"}`,
  }));
}

function toolRows({ tools }: StatsDocument): BarRow[] {
  return tools.slice(0, MOST_ROWS).map(({ tool, count, errors }) => ({
    name: tool ?? "unknown",
    value: count,
    bad: errors,
    told: formatCount(count),
    note: errors === 0 ? "" : `${formatCount(errors)} failed`,
  }));
}

function costRows({ groups }: UsageDocument, most = MOST_ROWS): BarRow[] {
  return groups.slice(0, most).map((group) => ({
    name: group.key ?? "unknown",
    value: group.cost_usd,
    told: money(group),
    note: `${formatCount(group.total_tokens)} tokens`,
  }));
}

function Sum({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}

const MOST_SECONDS = 360_000;

/** `3h 20m`, `324h` */
function hoursOf(seconds: number): string {
  return seconds < MOST_SECONDS ? formatHours(seconds * 1000) : `${Math.round(seconds / 3600)}h`;
}

function Sums({ stats, cost }: { stats: StatsDocument; cost: UsageDocument | null }) {
  const rate = stats.error_rate === null ? "" : `${(stats.error_rate * 100).toFixed(1)}%`;
  return (
    <dl class="sums">
      <Sum value={formatCount(stats.sessions)} name="sessions" />
      <Sum value={formatCount(stats.events)} name="events" />
      <Sum value={hoursOf(stats.active_seconds)} name="active" />
      <Sum value={formatCount(stats.tool_calls)} name="tool calls" />
      {rate !== "" && <Sum value={rate} name="of them failed" />}
      {cost !== null && cost.calls > 0 && (
        <>
          <Sum value={formatCount(cost.total_tokens)} name="tokens" />
          <Sum value={money(cost)} name="at list prices" />
        </>
      )}
    </dl>
  );
}

function Hooks({ hooks }: HooksDocument) {
  if (hooks.length === 0) return null;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return (
    <details class="hooks">
      <summary>How long hooks took</summary>
      <table>
        <thead>
          <tr>
            {["Agent", "Event", "Calls", "p50", "p95", "p99"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hooks.map(({ client, event, count, p50_ms, p95_ms, p99_ms }) => (
            <tr key={`${client} ${event}`}>
              <td>{client}</td>
              <td>{event}</td>
              <td class="number">{count}</td>
              <td class="number">{ms(p50_ms)}</td>
              <td class="number">{ms(p95_ms)}</td>
              <td class="number">{ms(p99_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const DAY_MS = 86_400_000;
const FEWEST_DAYS = 30;

/** With those between the first and today on which nothing was spent. */
function everyDay(rows: readonly BarRow[]): BarRow[] {
  const known = new Map(rows.map((row) => [row.name, row]));
  const last = Date.parse(dayOf(now.peek()));
  const first = Math.min(Date.parse(rows[0]?.name ?? ""), last - (FEWEST_DAYS - 1) * DAY_MS);
  const count = Math.round((last - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, index) => {
    const name = new Date(first + index * DAY_MS).toISOString().slice(0, 10);
    return known.get(name) ?? { name, value: 0, told: "nothing" };
  });
}

/** Of which time and which machines figures are. */
interface Scope {
  readonly since: string;
  readonly machine: string | undefined;
}

function Usage(scope: Scope) {
  const byDay = useDocument<UsageDocument>("stats/cost", { ...scope, by: "day" }).value;
  const byModel = useDocument<UsageDocument>("stats/cost", { ...scope, by: "model" }).value;
  const byProject = useDocument<UsageDocument>("stats/cost", { ...scope, by: "project" }).value;
  if (byDay === null || byDay.calls === 0) {
    return byDay === null ? null : (
      <p class="dim">
        Tokens and cost come from agents' transcripts: <code>mm backfill</code> reads them.
      </p>
    );
  }
  return (
    <>
      <DayColumns title="Cost by day" rows={everyDay(costRows(byDay, Number.POSITIVE_INFINITY))} />
      {byModel !== null && <Bars title="Cost by model" rows={costRows(byModel)} />}
      {byProject !== null && <Bars title="Cost by project" rows={costRows(byProject)} />}
    </>
  );
}

/** How much, when, with what, and what it cost. */
export function FiguresView() {
  const { since = "365d" } = asked();
  const weeks = PERIODS.find(([value]) => value === since)?.[2] ?? 53;
  const mostWeeks = matchMedia("(max-width: 40rem)").matches ? 26 : 53;
  const scope = { since, machine: askedMachine() };
  const stats = useDocument<StatsDocument>("stats", { ...scope, by: "all" });
  const cost = useDocument<UsageDocument>("stats/cost", { ...scope, by: "day" });
  const hooks = useDocument<HooksDocument>("stats/hooks", { since });
  const groups = (stats.value?.all_groups ?? {}) as Groups;
  return (
    <div class="figures" aria-busy={stats.isLoading}>
      <h1>Figures</h1>
      <Choice
        label="Period"
        options={PERIODS.map(([value, name]) => [value, name] as const)}
        value={since}
        choose={(value) => ask("figures", { since: value })}
      >
        <MachineChoice view="figures" />
      </Choice>
      {stats.failure !== null && <Trouble failure={stats.failure} />}
      {stats.value === null && stats.failure === null && <p class="dim">Counting…</p>}
      {stats.value !== null && (
        <>
          <Sums stats={stats.value} cost={cost.value} />
          <YearMap
            days={groups["day"] ?? []}
            last={dayOf(now.peek())}
            weeks={Math.min(weeks, mostWeeks)}
          />
          <div class="columns-2">
            <section class="bars">
              <h2>Hours of the week</h2>
              <WeekHours hours={groups["week_hour"] ?? []} />
            </section>
            <Bars title="Tools" unit="calls" rows={toolRows(stats.value)} />
            <Bars
              title="Agents"
              unit="events"
              rows={rowsOf(groups["agent"]).map((row) => ({ ...row, name: agentName(row.name) }))}
            />
            <Bars title="Projects" unit="events" rows={rowsOf(groups["project"], "none")} />
            <Bars title="Models" unit="events" rows={rowsOf(groups["model"])} />
            <Usage {...scope} />
          </div>
          {hooks.value !== null && scope.machine === undefined && (
            <Hooks hooks={hooks.value.hooks} />
          )}
        </>
      )}
    </div>
  );
}
