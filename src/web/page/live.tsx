import { useMemo } from "preact/hooks";
import { MachineChoice } from "./choice.tsx";
import type { LiveDocument, LiveRow } from "./documents.ts";
import { useSlices } from "./later.tsx";
import { type Loaded, useDocument } from "./load.ts";
import { isElsewhere, reasonOf } from "./session/waits.ts";
import { Age, Agent, OnMachine, StateMark, Stored, TitleLink, Trouble, Where } from "./shown.tsx";
import {
  allowNotifications,
  askedMachine,
  live,
  notifies,
  sent,
  sessionLink,
  trouble,
  waits,
  written,
} from "./state.ts";

interface Section {
  readonly title: string;
  readonly states: readonly string[];
}

const SECTIONS: readonly Section[] = [
  { title: "Ask for you", states: ["asks"] },
  { title: "Wait for you", states: ["waiting"] },
  { title: "At work", states: ["busy"] },
  { title: "Silent", states: ["idle"] },
  { title: "Over, it seems", states: ["stale", "gone"] },
];

const LAST_WORDS: Readonly<Record<string, string>> = {
  prompt: "was asked",
  assistant: "says",
  tool_call: "ran",
  error: "failed",
  notification: "says",
  asks: "says",
  turn_end: "is done",
};

/** The last that it did, in a line. */
function Last({ row }: { readonly row: LiveRow }) {
  const { last_event: type, last_event_content: content } = row;
  if (type === null && isElsewhere(row) && waits(row)) {
    return (
      <p class="last dim">
        <Stored text={reasonOf(row)} />
      </p>
    );
  }
  if (type === null || content === null || content === "") return null;
  const word = Object.hasOwn(LAST_WORDS, type) ? LAST_WORDS[type] : type;
  return (
    <p class="last">
      <span class="dim">{word}</span> <Stored text={content} />
    </p>
  );
}

function Row({ row }: { readonly row: LiveRow }) {
  const link = sessionLink(row.id);
  // Ages grow on their own.
  const { age_seconds: _, ...told } = row;
  return useMemo(
    () => (
      <li class={`row is-${row.state}`}>
        <TitleLink to={link} title={row.title} />
        <StateMark state={row.state} />
        <Age since={row.last_event_at} />
        <p class="facts">
          <Agent id={row.agent_id} />
          <Where project={row.project} branch={row.branch} />
          <OnMachine machine={row.machine} />
          {row.others_in_tree > 0 && (
            <span class="others">
              {row.others_in_tree} other{row.others_in_tree > 1 && "s"} in this tree
            </span>
          )}
        </p>
        <Last row={row} />
      </li>
    ),
    [link, JSON.stringify(told)],
  );
}

interface PartProps {
  readonly section: Section;
  readonly rows: readonly LiveRow[];
  /** How many of them to draw. */
  readonly most: number;
}

function Part({ section, rows, most }: PartProps) {
  if (rows.length === 0) return null;
  const list = (
    <ul class="rows">
      {rows.slice(0, Math.max(0, most)).map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </ul>
  );
  const head = (
    <>
      {section.title} <span class="count">{rows.length}</span>
    </>
  );
  if (section.states.includes("stale")) {
    return (
      <details class="part">
        <summary>
          <h2>{head}</h2>
        </summary>
        {list}
      </details>
    );
  }
  return (
    <section class="part">
      <h2>{head}</h2>
      {list}
    </section>
  );
}

function Headline({ rows }: { readonly rows: readonly LiveRow[] }) {
  const asking = rows.filter(({ state }) => state === "asks").length;
  const count = rows.filter(waits).length - asking;
  const words = [
    asking > 0 && `${asking} ${asking === 1 ? "asks" : "ask"} for you`,
    count > 0 && `${count} ${count === 1 ? "waits" : "wait"}${asking > 0 ? "" : " for you"}`,
  ].filter(Boolean);
  return (
    <header class="headline">
      <h1 aria-live="polite">{words.length === 0 ? "Nobody waits for you" : words.join(", ")}</h1>
      <MachineChoice view="live" />
      {notifies.value === false && (
        <button type="button" onClick={() => void allowNotifications()}>
          Notify me
        </button>
      )}
    </header>
  );
}

/** Up to when it is known what other machines do. */
function Pushes({ rows }: { readonly rows: readonly LiveRow[] }) {
  const pushes = new Map(rows.map(({ machine, pushed_at: at }) => [machine, at]));
  const known = [...pushes].filter(([, at]) => at != null);
  if (known.length === 0) return null;
  return (
    <p class="dim small">
      Other machines as of their last push:{" "}
      {known.map(([machine = "", at = null], index) => (
        <span key={machine}>
          {index > 0 && ", "}
          <Stored text={machine} /> <Age since={at} /> ago
        </span>
      ))}
    </p>
  );
}

function Nothing() {
  return (
    <div class="empty">
      <h1>No live sessions</h1>
      <p>
        Start an agent, and it appears here. If it doesn't, <code>mm hooks status</code> says what
        is installed, and <code>mm hooks install</code> lets agents report to mm.
      </p>
      <p>
        <a href="#/sessions">All sessions</a>
      </p>
      <MachineChoice view="live" />
    </div>
  );
}

/** The live sessions of this machine, as they are told, or of others, as they are asked for. */
function useLive(): Pick<Loaded<LiveDocument>, "failure" | "value"> {
  const machine = askedMachine();
  const path = machine === undefined ? null : "ps";
  const asked = useDocument<LiveDocument>(path, { machine }, `${sent.value} ${written.value}`);
  return path === null ? { value: live.value, failure: trouble.value } : asked;
}

/** Who is at work, and who waits. */
export function LiveView() {
  const { value, failure } = useLive();
  let left = useSlices(value?.sessions.length ?? 0, askedMachine());
  if (value === null) {
    return failure === null ? <p class="dim">Looking…</p> : <Trouble failure={failure} />;
  }
  const all = value.sessions;
  if (all.length === 0) return <Nothing />;
  return (
    <>
      <Headline rows={all} />
      <Pushes rows={all} />
      {failure !== null && askedMachine() !== undefined && <Trouble failure={failure} />}
      {SECTIONS.map((section) => {
        const rows = all.filter(({ state }) => section.states.includes(state));
        const most = left;
        left -= rows.length;
        return <Part key={section.title} section={section} rows={rows} most={most} />;
      })}
    </>
  );
}
