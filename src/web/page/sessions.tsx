import { useMemo } from "preact/hooks";
import { formatLength } from "../../text/duration.ts";
import { Field, MachineChoice } from "./choice.tsx";
import type { ListDocument, ListRow } from "./documents.ts";
import { useSlices } from "./later.tsx";
import { useDocument } from "./load.ts";
import {
  Agent,
  dayName,
  dayOf,
  money,
  OnMachine,
  StateMark,
  TitleLink,
  Trouble,
  When,
  Where,
} from "./shown.tsx";
import { ask, asked, sessionLink, written } from "./state.ts";

const PAGE = 200;
const PERIODS: readonly (readonly [string, string])[] = [
  ["", "any time"],
  ["today", "today"],
  ["7d", "7 days"],
  ["30d", "30 days"],
  ["365d", "a year"],
];

function set(field: string, value: string): void {
  ask("sessions", { limit: "", [field]: value });
}

function known(rows: readonly ListRow[], of: (row: ListRow) => string | null): string[] {
  return [...new Set(rows.map(of))].filter((each) => each !== null).sort();
}

function Filters({ rows }: { readonly rows: readonly ListRow[] }) {
  const { agent, project, since = "", until, active } = asked();
  const choose = (field: string) => (value: string) => set(field, value);
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <Field
        label="Agent"
        value={agent}
        choose={choose("agent")}
        input={{ list: "agents", placeholder: "any" }}
      />
      <Field
        label="Project"
        value={project}
        choose={choose("project")}
        input={{ list: "projects", placeholder: "any" }}
      />
      <label>
        Started
        <select value={since} onChange={(event) => set("since", event.currentTarget.value)}>
          {PERIODS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
          {!PERIODS.some(([value]) => value === since) && <option value={since}>{since}</option>}
        </select>
      </label>
      <Field label="Before" value={until} choose={choose("until")} input={{ type: "date" }} />
      <label class="check">
        <input
          type="checkbox"
          checked={active === "true"}
          onChange={(event) => set("active", event.currentTarget.checked ? "true" : "")}
        />
        Only live ones
      </label>
      <MachineChoice view="sessions" />
      <datalist id="agents">
        {known(rows, (row) => row.agent_id).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <datalist id="projects">
        {known(rows, (row) => row.project).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </form>
  );
}

/** From its start to its end or the last sign of life. */
function lengthOf({ started_at, ended_at, last_event_at }: ListRow): string {
  const ms = Date.parse(ended_at ?? last_event_at ?? started_at) - Date.parse(started_at);
  return ms > 0 ? formatLength(ms) : "";
}

function Row({ row }: { readonly row: ListRow }) {
  const link = sessionLink(row.id);
  const length = lengthOf(row);
  // Of what is the same as before, nothing is compared.
  return useMemo(
    () => (
      <li class={`row is-${row.state}`}>
        <TitleLink to={link} title={row.title} />
        {row.state === "ended" ? null : <StateMark state={row.state} />}
        <When at={row.started_at} />
        <p class="facts">
          <Agent id={row.agent_id} />
          <Where project={row.project} branch={row.branch} />
          <OnMachine machine={row.machine} />
          {length !== "" && <span>{length}</span>}
          <span>
            {row.event_count} event{row.event_count !== 1 && "s"}
          </span>
          {row.usage !== null && row.usage.cost_usd > 0 && <span>{money(row.usage)}</span>}
        </p>
      </li>
    ),
    [link, JSON.stringify(row)],
  );
}

function byDay(rows: readonly ListRow[]): [string, ListRow[]][] {
  const groups = Map.groupBy(rows, ({ started_at }) => dayOf(Date.parse(started_at)));
  return [...groups];
}

/** The list of sessions. */
export function SessionsView() {
  const { limit, ...filter } = asked();
  const most = Number(limit) || PAGE;
  const query = { ...filter, limit: most + 1 };
  const { value, failure, isLoading } = useDocument<ListDocument>(
    "session/list",
    query,
    written.value,
  );
  const all = value?.sessions ?? [];
  const rows = all.slice(0, most);
  const drawn = useSlices(rows.length, JSON.stringify(filter));
  return (
    <>
      <h1>Sessions</h1>
      <Filters rows={rows} />
      {failure !== null && <Trouble failure={failure} />}
      {value === null && failure === null && <p class="dim">Looking…</p>}
      {value !== null && rows.length === 0 && <p class="dim">No sessions found.</p>}
      <div aria-busy={isLoading || drawn < rows.length}>
        {byDay(rows.slice(0, drawn)).map(([day, sessions]) => (
          <section key={day} class="part">
            <h2>{dayName(Date.parse(sessions[0]?.started_at ?? ""))}</h2>
            <ul class="rows">
              {sessions.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {all.length > most && drawn >= most && (
        <p class="more">
          <button type="button" onClick={() => set("limit", String(most + PAGE))}>
            {PAGE} more
          </button>
        </p>
      )}
    </>
  );
}
