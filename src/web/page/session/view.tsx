import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { formatLength } from "../../../text/duration.ts";
import { wordForPosix } from "../../../text/shell-words.ts";
import { isAutomaticSummary } from "../../../text/summary.ts";
import { Lanes } from "../charts.tsx";
import { Choice } from "../choice.tsx";
import type { EventRow, EventsDocument, ShownDocument } from "../documents.ts";
import { useDocument } from "../load.ts";
import {
  Age,
  Agent,
  Copy,
  cutText,
  money,
  StateMark,
  Stored,
  StoredLines,
  short,
  Trouble,
  When,
  Where,
} from "../shown.tsx";
import { live, place, sessionLink, written } from "../state.ts";
import { EventList } from "./events.ts";
import { lastSeen, see } from "./seen.ts";
import { EventLines } from "./timeline.tsx";

function filtersOf(shown: ShownDocument): readonly (readonly [string, string])[] {
  return [
    ["", "Everything"],
    ["prompt", "Prompts"],
    ["error", `Errors ${shown.event_counts["error"] ?? 0}`],
  ];
}

const MOST_FILES = 50;

function Facts({ shown }: { readonly shown: ShownDocument }) {
  const { usage, duration_seconds: lasted, active_seconds: active } = shown;
  const isAllActive = lasted === null || lasted - active < 60;
  return (
    <p class="facts">
      <Agent id={shown.agent_id} />
      {shown.model !== null && <Stored text={shown.model} />}
      <Where project={shown.project} branch={shown.branch} />
      <span>
        <When at={shown.started_at} dated />
        {shown.ended_at !== null && (
          <>
            {" to "}
            <When at={shown.ended_at} />
          </>
        )}
      </span>
      {lasted !== null && (
        <span>
          {formatLength(lasted * 1000)}
          {!isAllActive && `, ${formatLength(active * 1000)} of it active`}
        </span>
      )}
      {usage !== null && (
        <span>
          {short(usage.total_tokens)} tokens, {money(usage)}
        </span>
      )}
    </p>
  );
}

/** Why it waits, where it does. */
function Waits({ shown }: { readonly shown: ShownDocument }) {
  const row = live.value?.sessions.find(({ id }) => id === shown.id);
  if (row === undefined || (row.state !== "asks" && row.state !== "waiting")) return null;
  const content = row.last_event_content ?? "";
  return (
    <div class={`callout is-${row.state}`}>
      <p>
        <strong>{row.state === "asks" ? "It asks for you" : "It waits for you"}</strong>{" "}
        <Age since={row.last_event_at} />
      </p>
      {content !== "" && (
        <p>
          <StoredLines text={content} />
        </p>
      )}
      {row.cwd !== null && (
        <p class="dim small">
          It runs in <Stored text={row.cwd} />: answer it there, or resume it elsewhere.
        </p>
      )}
    </div>
  );
}

function Actions({ shown }: { readonly shown: ShownDocument }) {
  const id = wordForPosix(shown.id);
  const resume = shown.resume_command;
  return (
    <div class="actions">
      {resume !== null && (
        <div class="command">
          <span class="dim">Resume</span>
          <code>
            <Stored text={resume} />
          </code>
          <Copy text={resume} label="Copy" />
        </div>
      )}
      <Copy text={shown.id} label="Copy id" />
      <Copy text={`mm session export ${id} -o session.html`} label="Copy export command" />
    </div>
  );
}

function Files({ shown }: { readonly shown: ShownDocument }) {
  const { files } = shown;
  if (files.length === 0) return null;
  const root = shown.root ?? shown.cwd;
  const changed = files.filter((file) => file.changed > 0).length;
  return (
    <details class="files">
      <summary>
        {files.length} file{files.length !== 1 && "s"}
        {changed > 0 && `, ${changed} changed`}
      </summary>
      <ul>
        {files.slice(0, MOST_FILES).map((file) => (
          <li key={file.path}>
            <a href={`#/search?${new URLSearchParams({ file: file.path })}`}>
              <code>
                <Stored text={root === null ? file.path : file.path.replace(`${root}/`, "")} />
              </code>
            </a>{" "}
            <span class="dim">
              {[
                file.changed > 0 && `${file.changed} changed`,
                file.read > 0 && `${file.read} read`,
                file.other > 0 && `${file.other} other`,
                file.failed > 0 && `${file.failed} failed`,
              ]
                .filter(Boolean)
                .join(", ")}
            </span>
          </li>
        ))}
        {files.length > MOST_FILES && <li class="dim">and {files.length - MOST_FILES} more</li>}
      </ul>
    </details>
  );
}

function Head({ shown }: { readonly shown: ShownDocument }) {
  return (
    <header class="head">
      <h1>
        {shown.title === null ? "(no title)" : <Stored text={shown.title} />}{" "}
        <StateMark state={shown.state} />
      </h1>
      <Facts shown={shown} />
      <Waits shown={shown} />
      <Actions shown={shown} />
      {shown.summary !== null && shown.summary !== "" && !isAutomaticSummary(shown.summary) && (
        <p class="summary">
          <StoredLines text={shown.summary} />
        </p>
      )}
      <Lanes outline={shown.outline} />
      <Files shown={shown} />
    </header>
  );
}

const MOST_PROMPTS = 150;

/** Those around the prompt that is shown now. */
function near(prompts: readonly EventRow[], current: number): readonly EventRow[] {
  const from = Math.max(0, Math.min(current - MOST_PROMPTS / 2, prompts.length - MOST_PROMPTS));
  return prompts.slice(from, from + MOST_PROMPTS);
}

const TOP_PX = 90;

function isInView(element: HTMLElement | null): element is HTMLElement {
  const { top = -1, bottom = 0 } = element?.getBoundingClientRect() ?? {};
  return bottom > TOP_PX && top < innerHeight;
}

/** The event that was jumped to, until somebody scrolls. */
let jumpedTo: number | null = null;

const SCROLLING = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown", " "]);

for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  addEventListener(
    name,
    (event) => {
      if (!(event instanceof KeyboardEvent) || SCROLLING.has(event.key)) jumpedTo = null;
    },
    { passive: true },
  );
}

/** The number of the prompt to which the meant event belongs, if that is in view, else what is at the top. */
function currentPrompt(prompts: readonly EventRow[], meant: number | null): number {
  const all = [...document.querySelectorAll<HTMLElement>(".timeline > .event")];
  const target = meant === null ? null : document.getElementById(`e${meant}`);
  const shown = isInView(target) ? target : all.find(isInView);
  const id = jumpedTo ?? Number(shown?.id.slice(1) ?? 0);
  return prompts.findLastIndex((prompt) => prompt.id <= id);
}

interface ContentsProps {
  readonly session: string;
  readonly prompts: readonly EventRow[];
  readonly meant: number | null;
}

function Contents({ session, prompts, meant }: ContentsProps) {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    const look = () => setCurrent(currentPrompt(prompts, meant));
    look();
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, [prompts, meant]);
  if (prompts.length === 0) return null;
  return (
    <details class="contents" open={matchMedia("(min-width: 76rem)").matches}>
      <summary>
        Prompts <span class="count">{prompts.length}</span>
      </summary>
      <ol>
        {near(prompts, current).map(({ id, content }) => (
          <li key={id}>
            <a href={sessionLink(session, id)} aria-current={prompts[current]?.id === id}>
              {cutText(content.trim().split("\n", 1)[0] ?? "", 80)}
            </a>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Shows an event that is on the page. */
function reveal(event: number): void {
  const element = document.getElementById(`e${event}`);
  element?.scrollIntoView({ block: "start" });
  element?.focus({ preventScroll: true });
}

const NEAR_END_PX = 120;

function isAtEnd(): boolean {
  return innerHeight + scrollY >= document.documentElement.scrollHeight - NEAR_END_PX;
}

/** The events of a session: as many as are read, of one type or all, kept up to date. */
function useEvents(session: string, type: string, meant: number | null): EventList {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const list = useRef<EventList | null>(null);
  const opened = useRef<number | null>(null);
  const key = `${session}\0${type}`;
  const lastKey = useRef("");
  if (list.current === null || lastKey.current !== key) {
    list.current?.close();
    list.current = new EventList(session, type, () => redraw(undefined));
    lastKey.current = key;
    opened.current = meant;
    void list.current.open(meant);
  }
  const current = list.current;
  useEffect(() => {
    if (meant === null || opened.current === meant || current.has(meant)) return;
    opened.current = meant;
    void current.open(meant);
  }, [meant]);
  useEffect(() => {
    if (!current.isLoaded || current.more) return;
    const follows = isAtEnd();
    void current.later().then(() => {
      if (follows) requestAnimationFrame(() => scrollTo({ top: document.body.scrollHeight }));
    });
  }, [written.value]);
  useEffect(() => () => current.close(), []);
  return current;
}

/** Goes to the meant event once it is there, and from prompt to prompt by key. */
function useJumps(list: EventList, meant: number | null, prompts: readonly EventRow[]): void {
  const isThere = meant !== null && list.has(meant);
  useEffect(() => {
    jumpedTo = null;
  }, [list.session]);
  useEffect(() => {
    if (isThere) reveal(meant);
  }, [meant, isThere]);
  useEffect(() => {
    const jump = (event: Event) => {
      const step = (event as CustomEvent<number>).detail;
      const current = currentPrompt(prompts, meant);
      const element = document.getElementById(`e${prompts[current]?.id}`);
      // Inside a turn, back leads to its own prompt.
      const isInside = step < 0 && !isInView(element);
      const to = prompts[isInside ? current : current + step];
      if (to === undefined) return;
      jumpedTo = to.id;
      location.replace(sessionLink(list.session, to.id));
    };
    addEventListener("mm-prompt", jump);
    return () => removeEventListener("mm-prompt", jump);
  }, [prompts, list, meant]);
}

/** What this browser's user has seen of it before. */
function useSeen(session: string, list: EventList): number | null {
  const [seen, setSeen] = useState(() => lastSeen(session));
  useEffect(() => setSeen(lastSeen(session)), [session]);
  useEffect(() => {
    if (list.after !== null && !list.more) see(session, list.after);
  }, [session, list.after, list.more]);
  return seen;
}

function Session({ session, meant }: { readonly session: string; readonly meant: number | null }) {
  const [type, setType] = useState("");
  const row = live.value?.sessions.find(({ id }) => id === session);
  const version = `${row?.state} ${row?.last_event_at}`;
  const head = useDocument<ShownDocument>("session/show", { id: session, outline: true }, version);
  const list = useEvents(session, type, meant);
  const isAsking = list.events.findLast(({ event_type }) => event_type === "prompt")?.id ?? 0;
  const toc = useDocument<EventsDocument>(
    "session/events",
    { id: session, type: "prompt" },
    isAsking,
  );
  const prompts = toc.value?.session_id === session ? toc.value.events : [];
  const seen = useSeen(session, list);
  useJumps(list, meant, prompts);
  if (head.failure !== null && head.value === null) return <Trouble failure={head.failure} />;
  const shown = head.value?.id === session ? head.value : null;
  if (shown === null) return <p class="dim">Looking…</p>;
  return (
    <div class="session">
      <Head shown={shown} />
      <Contents session={session} prompts={prompts} meant={meant} />
      <div class="events">
        <Choice label="Which events" options={filtersOf(shown)} value={type} choose={setType}>
          <span class="dim">
            {shown.event_count} event{shown.event_count !== 1 && "s"}
          </span>
        </Choice>
        {list.failure !== null && <Trouble failure={list.failure} />}
        {list.isLoaded && list.events.length === 0 && <p class="dim">No events.</p>}
        <EventLines list={list} root={shown.root ?? shown.cwd} meant={meant} seen={seen} />
      </div>
    </div>
  );
}

/** One session, from prompt to prompt. */
export function SessionView() {
  const [id = "", event] = place.value.parts;
  const meant = event !== undefined && /^\d+$/u.test(event) ? Number(event) : null;
  return <Session key={id} session={id} meant={meant} />;
}
