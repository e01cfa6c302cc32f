import type { LiveRow } from "./documents.ts";
import { Age, Agent, StateMark, Stored, Trouble, Where } from "./shown.tsx";
import { allowNotifications, live, notifies, sessionLink, trouble, waiting } from "./state.ts";

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
  tool_call: "ran",
  error: "failed",
  notification: "says",
  asks: "says",
  turn_end: "is done",
};

/** The last that it did, in a line. */
function Last({ row }: { readonly row: LiveRow }) {
  const { last_event: type, last_event_content: content } = row;
  if (type === null || content === null || content === "") return null;
  const word = Object.hasOwn(LAST_WORDS, type) ? LAST_WORDS[type] : type;
  return (
    <p class="last">
      <span class="dim">{word}</span> <Stored text={content} />
    </p>
  );
}

function Row({ row }: { readonly row: LiveRow }) {
  return (
    <li class={`row is-${row.state}`}>
      <a class="rowlink" href={sessionLink(row.id)}>
        <span class="title">{row.title === null ? "(no title)" : <Stored text={row.title} />}</span>
      </a>
      <StateMark state={row.state} />
      <Age since={row.last_event_at} />
      <p class="facts">
        <Agent id={row.agent_id} />
        <Where project={row.project} branch={row.branch} />
        {row.others_in_tree > 0 && (
          <span class="others">
            {row.others_in_tree} other{row.others_in_tree > 1 && "s"} in this tree
          </span>
        )}
      </p>
      <Last row={row} />
    </li>
  );
}

function Part({ section, rows }: { readonly section: Section; readonly rows: readonly LiveRow[] }) {
  if (rows.length === 0) return null;
  const list = (
    <ul class="rows">
      {rows.map((row) => (
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

function Headline() {
  const all = live.value?.sessions ?? [];
  const asking = all.filter(({ state }) => state === "asks").length;
  const count = waiting.value.length - asking;
  const words = [
    asking > 0 && `${asking} ${asking === 1 ? "asks" : "ask"} for you`,
    count > 0 && `${count} ${count === 1 ? "waits" : "wait"}`,
  ].filter(Boolean);
  return (
    <header class="headline">
      <h1 aria-live="polite">{words.length === 0 ? "Nobody waits for you" : words.join(", ")}</h1>
      {notifies.value === false && (
        <button type="button" onClick={() => void allowNotifications()}>
          Tell me when one does
        </button>
      )}
    </header>
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
    </div>
  );
}

/** Who is at work, and who waits. */
export function LiveView() {
  if (live.value === null) {
    if (trouble.value !== null) return <Trouble failure={trouble.value} />;
    return <p class="dim">Looking…</p>;
  }
  const all = live.value.sessions;
  if (all.length === 0) return <Nothing />;
  return (
    <>
      <Headline />
      {SECTIONS.map((section) => (
        <Part
          key={section.title}
          section={section}
          rows={all.filter(({ state }) => section.states.includes(state))}
        />
      ))}
    </>
  );
}
