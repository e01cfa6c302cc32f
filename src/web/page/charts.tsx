import type { StatsGroup } from "./documents.ts";
import { Stored } from "./shown.tsx";

const SHADES = 4;

/** From 0 for nothing to 4 for more than three quarters of the most. */
function shade(value: number, most: number): number {
  return value === 0 ? 0 : Math.min(SHADES, Math.ceil((value / most) * SHADES));
}

const DAY_MS = 86_400_000;
const CELL = 13;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const month = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });

function weekday(ms: number): number {
  return (new Date(ms).getUTCDay() + 6) % 7;
}

/** A square for every day, a column for every week. Days are local and named like `2026-03-10`. */
export function YearMap({
  days,
  last,
  weeks,
}: {
  days: readonly StatsGroup[];
  last: string;
  weeks: number;
}) {
  const counts = new Map(days.map(({ key, events, sessions }) => [key, { events, sessions }]));
  const most = Math.max(1, ...days.map(({ events }) => events));
  const end = Date.parse(last);
  const first = end - weekday(end) * DAY_MS - (weeks - 1) * 7 * DAY_MS;
  const count = Math.round((end - first) / DAY_MS) + 1;
  const all = Array.from({ length: count }, (_, index) => first + index * DAY_MS);
  const starts = all.filter((ms) => new Date(ms).getUTCDate() === 1);
  const columnOf = (ms: number) => Math.floor((ms - first) / DAY_MS / 7);
  const total = days.reduce((all, { events }) => all + events, 0);
  return (
    <svg
      class="calendar"
      viewBox={`0 0 ${30 + weeks * CELL} ${18 + 7 * CELL}`}
      role="img"
      aria-label={`${total} events on ${days.length} days`}
    >
      {starts.map((ms) => (
        <text key={ms} x={30 + columnOf(ms) * CELL} y={10}>
          {month.format(ms)}
        </text>
      ))}
      {[0, 2, 4].map((row) => (
        <text key={row} x={0} y={28 + row * CELL}>
          {WEEKDAYS[row]}
        </text>
      ))}
      {all.map((ms) => {
        const day = new Date(ms).toISOString().slice(0, 10);
        const { events = 0, sessions = 0 } = counts.get(day) ?? {};
        return (
          <rect
            key={ms}
            class={`shade-${shade(events, most)}`}
            x={30 + columnOf(ms) * CELL}
            y={18 + weekday(ms) * CELL}
            width={CELL - 2}
            height={CELL - 2}
            rx={2}
          >
            <title>{`${day}: ${sessions} sessions, ${events} events`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** A square for every hour of the week; keys like `1 09` for Mondays at nine. */
export function WeekHours({ hours }: { readonly hours: readonly StatsGroup[] }) {
  const counts = new Map(hours.map(({ key, events }) => [key, events]));
  const most = Math.max(1, ...hours.map(({ events }) => events));
  const two = (hour: number) => String(hour).padStart(2, "0");
  return (
    <svg
      class="weekhours"
      viewBox={`0 0 ${30 + 24 * CELL} ${18 + 7 * CELL}`}
      role="img"
      aria-label="Events by hour of the week"
    >
      {[0, 6, 12, 18].map((hour) => (
        <text key={hour} x={30 + hour * CELL} y={10}>
          {two(hour)}
        </text>
      ))}
      {WEEKDAYS.map((name, row) => (
        <>
          <text key={name} x={0} y={28 + row * CELL}>
            {name}
          </text>
          {Array.from({ length: 24 }, (_, hour) => {
            const events = counts.get(`${row + 1} ${two(hour)}`) ?? 0;
            return (
              <rect
                key={hour}
                class={`shade-${shade(events, most)}`}
                x={30 + hour * CELL}
                y={18 + row * CELL}
                width={CELL - 2}
                height={CELL - 2}
                rx={2}
              >
                <title>{`${name} ${two(hour)}:00: ${events} events`}</title>
              </rect>
            );
          })}
        </>
      ))}
    </svg>
  );
}

/** A line of a table with bars. */
export interface BarRow {
  readonly name: string;
  readonly value: number;
  /** A part of the value that is shown in red. */
  readonly bad?: number;
  readonly told: string;
  readonly note?: string;
}

/** A table whose lines have bars. */
export function Bars({
  title,
  unit,
  rows,
}: {
  readonly title: string;
  /** Of what the values are a number. */
  readonly unit?: string;
  readonly rows: readonly BarRow[];
}) {
  const most = Math.max(1e-9, ...rows.map(({ value }) => value));
  if (rows.length === 0) return null;
  return (
    <section class="bars">
      <h2>
        {title}
        {unit !== undefined && <span class="count"> by {unit}</span>}
      </h2>
      <table>
        <tbody>
          {rows.map(({ name, value, bad = 0, told, note = "" }) => (
            <tr key={name}>
              <th scope="row">
                <Stored text={name} />
              </th>
              <td class="bar-cell">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="value" width={(value / most) * 100} height={10} />
                  <rect class="bad" width={(bad / most) * 100} height={10} />
                </svg>
              </td>
              <td class="number">{told}</td>
              <td class="dim">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A column for every day or other key, in order. */
export function DayColumns({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly BarRow[];
}) {
  const most = Math.max(1e-9, ...rows.map(({ value }) => value));
  return (
    <section class="bars">
      <h2>{title}</h2>
      <svg
        class="columns"
        viewBox={`0 0 ${Math.max(30, rows.length)} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}, ${rows[0]?.name} to ${rows.at(-1)?.name}`}
      >
        {rows.map(({ name, value, told }, index) => {
          const height = (value / most) * 38;
          return (
            <rect
              key={name}
              class="value"
              x={index + 0.1}
              y={40 - height}
              width={0.8}
              height={height}
            >
              <title>{`${name}: ${told}`}</title>
            </rect>
          );
        })}
      </svg>
      <p class="ends dim small">
        <span>{rows[0]?.name}</span>
        <span>{rows.at(-1)?.name}</span>
      </p>
    </section>
  );
}
