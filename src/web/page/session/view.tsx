import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { Choice } from "../choice.tsx";
import type { EventsDocument, ShownDocument } from "../documents.ts";
import { useDocument } from "../load.ts";
import { get } from "../server.ts";
import { Trouble } from "../shown.tsx";
import { askedMachine, live, place, sessionLink, written } from "../state.ts";
import { EventList, type Range } from "./events.ts";
import { Head } from "./head.tsx";
import { PromptList, useJumps, usePrompts } from "./prompts.tsx";
import { lastSeen, see } from "./seen.ts";
import { EventLines } from "./timeline.tsx";

function filtersOf(shown: ShownDocument): readonly (readonly [string, string])[] {
  return [
    ["", "Everything"],
    ["prompt", "Prompts"],
    ["error", `Errors ${shown.event_counts["error"] ?? 0}`],
  ];
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
