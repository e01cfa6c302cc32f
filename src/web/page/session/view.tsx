import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { formatLength } from "../../../text/duration.ts";
import { formatCount } from "../../../text/figures/figures.ts";
import { wordForPosix } from "../../../text/shell-words.ts";
import { isAutomaticSummary } from "../../../text/summary.ts";
import { Lanes } from "../charts.tsx";
import { Choice } from "../choice.tsx";
import type { EventsDocument, ShownDocument } from "../documents.ts";
import { useDocument } from "../load.ts";
import { get } from "../server.ts";
import {
  Age,
  Agent,
  CommandLine,
  Copy,
  money,
  OnMachine,
  StateMark,
  Stored,
  StoredLines,
  Trouble,
  When,
  Where,
} from "../shown.tsx";
import { askedMachine, live, place, sessionLink, waits, written } from "../state.ts";
import { EventList, type Range } from "./events.ts";
import { PromptList, useJumps, usePrompts } from "./prompts.tsx";
import { lastSeen, see } from "./seen.ts";
import { EventLines } from "./timeline.tsx";
import { isElsewhere, reasonOf, useLiveRow } from "./waits.ts";

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
      <OnMachine machine={shown.machine} />
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
          {formatCount(usage.total_tokens)} tokens, {money(usage)}
        </span>
      )}
    </p>
  );
}

/** Why it waits, where it does. */
function Waits({ shown }: { readonly shown: ShownDocument }) {
  const row = useLiveRow(shown);
  if (row === undefined || !waits(row)) return null;
  const content = reasonOf(row);
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
      {(row.cwd !== null || isElsewhere(row)) && (
        <p class="dim small">
          It runs
          {row.cwd !== null && (
            <>
              {" in "}
              <Stored text={row.cwd} />
            </>
          )}
          {isElsewhere(row) && (
            <>
              {" "}
              <OnMachine machine={row.machine} />
            </>
          )}
          : answer it there
          {!isElsewhere(row) && ", or resume it elsewhere"}.
        </p>
      )}
      {row.pushed_at != null && (
        <p class="dim small">
          As of the last push, <Age since={row.pushed_at} /> ago.
        </p>
      )}
    </div>
  );
}

function Actions({ shown }: { readonly shown: ShownDocument }) {
  const id = wordForPosix(shown.id);
  const resume = shown.resume_command;
  const { machine } = shown;
  const on = machine === undefined ? "" : ` --machine ${wordForPosix(machine)}`;
  return (
    <div class="actions">
      {resume !== null && (
        <div class="command">
          <span class="dim">Resume</span>
          <code>
            <CommandLine text={resume} />
          </code>
          <Copy text={resume} label="Copy" />
        </div>
      )}
      <Copy text={shown.id} label="Copy id" />
      <Copy text={`mm session export ${id}${on} -o session.html`} label="Copy export command" />
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

const NEAR_END_PX = 120;

function isAtEnd(): boolean {
  return innerHeight + scrollY >= document.documentElement.scrollHeight - NEAR_END_PX;
}

/** The events of a session: as many as are read, of one type or all, kept up to date. */
function useEvents(session: string, type: string, meant: number | null): EventList {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const list = useRef<EventList | null>(null);
  const opened = useRef<number | null>(null);
  const machine = askedMachine();
  const key = `${session}\0${type}\0${machine}`;
  const lastKey = useRef("");
  if (list.current === null || lastKey.current !== key) {
    list.current?.close();
    const read = (range: Range) =>
      get<EventsDocument>("session/events", { id: session, type, machine, ...range });
    list.current = new EventList(session, read, () => redraw(undefined));
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
  const known = useRef(written.value);
  useEffect(() => {
    if (known.current === written.value) return;
    known.current = written.value;
    const follows = current.isLoaded && !current.more && isAtEnd();
    void current.newer().then((hasMore) => {
      if (follows && hasMore)
        requestAnimationFrame(() => scrollTo({ top: document.body.scrollHeight }));
    });
  }, [written.value]);
  useEffect(() => () => current.close(), []);
  return current;
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
  const machine = askedMachine();
  const head = useDocument<ShownDocument>(
    "session/show",
    { id: session, outline: true, machine },
    version,
  );
  const list = useEvents(session, type, meant);
  const isAsking = list.events.findLast(({ event_type }) => event_type === "prompt")?.id ?? 0;
  const prompts = usePrompts(session, isAsking);
  const seen = useSeen(session, list);
  useJumps(list, meant, prompts);
  const shown = head.value;
  const isNamed = shown?.id === session;
  useEffect(() => {
    // `last`, or the beginning of an id, was named.
    if (shown !== null && !isNamed) location.replace(sessionLink(shown.id, meant));
  }, [shown?.id]);
  if (head.failure !== null && head.value === null) return <Trouble failure={head.failure} />;
  if (shown === null || !isNamed) return <p class="dim">Looking…</p>;
  return (
    <div class="session">
      <Head shown={shown} />
      <PromptList session={session} prompts={prompts} meant={meant} />
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
  if (id === "") {
    return (
      <p>
        This address names no session. <a href="#/sessions">All sessions</a>
      </p>
    );
  }
  return <Session key={id} session={id} meant={meant} />;
}
