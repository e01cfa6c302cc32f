import { useEffect, useRef, useState } from "preact/hooks";
import { formatLength } from "../../../text/duration.ts";
import { eventWord } from "../../../text/event-words.ts";
import { firstChars } from "../../../text/text.ts";
import type { EventRow } from "../documents.ts";
import { dayName, dayOf, Stored, StoredLines, When } from "../shown.tsx";
import { sessionLink } from "../state.ts";
import type { EventList } from "./events.ts";

const LINE_CHARS = 200;
const PROMPT_CHARS = 2000;

/** A text; of a long one the beginning, with the rest to unfold. */
function Folding({ text, most, isProse }: { text: string; most: number; isProse: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const Tag = isProse ? "span" : "code";
  if (text.length <= most && (isProse || !text.includes("\n"))) {
    return <Tag>{isProse ? <StoredLines text={text} /> : <Stored text={text} />}</Tag>;
  }
  const first = firstChars(text.split("\n", 1)[0] ?? "", LINE_CHARS);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Tag>
          <Stored text={first} />…
        </Tag>
      </summary>
      {isOpen && (
        <pre>
          <StoredLines text={text} />
        </pre>
      )}
    </details>
  );
}

interface Facts {
  readonly tool: string | null;
  readonly content: string;
  readonly error: string | null;
  readonly took: string;
}

/** What an event tells, with paths as they are in the working tree. */
function factsOf({ content, metadata }: EventRow, root: string | null): Facts {
  const { tool: named, error, duration_ms: ms } = metadata;
  const inTree = (text: string) => (root === null ? text : text.replaceAll(`${root}/`, ""));
  const tool = typeof named === "string" && content.startsWith(named) ? named : null;
  const rest = tool === null ? content : content.slice(tool.length).replace(/^: /u, "");
  return {
    tool,
    content: inTree(rest),
    error: typeof error === "string" && error !== "" ? inTree(error) : null,
    took: typeof ms === "number" && ms >= 1000 ? formatLength(ms) : "",
  };
}

interface ItemProps {
  readonly session: string;
  readonly event: EventRow;
  readonly root: string | null;
  readonly isMeant: boolean;
}

function Item({ session, event, root, isMeant }: ItemProps) {
  const { id, event_type: type } = event;
  const isPrompt = type === "prompt";
  const { tool, content, error, took } = factsOf(event, root);
  return (
    <li
      id={`e${id}`}
      class={`event is-${isPrompt ? "prompt" : type === "error" ? "error" : "other"}${isMeant ? " is-meant" : ""}`}
      tabIndex={-1}
    >
      <a class="rowlink at" href={sessionLink(session, id)} title="A link to this event">
        <When at={event.created_at} />
      </a>
      {!isPrompt && <b>{<Stored text={tool ?? eventWord(type)} />}</b>}
      <div class="content">
        <Folding text={content} most={isPrompt ? PROMPT_CHARS : LINE_CHARS} isProse={isPrompt} />
        {error !== null && (
          <div class="reason">
            <Folding text={error} most={PROMPT_CHARS} isProse />
          </div>
        )}
      </div>
      {took !== "" && <span class="took">{took}</span>}
    </li>
  );
}

/** A day, and the line between what was seen and what is new. */
function Between({
  event,
  before,
  seen,
}: {
  event: EventRow;
  before: EventRow | undefined;
  seen: number | null;
}) {
  const day = dayOf(Date.parse(event.created_at));
  const isOther = before === undefined || dayOf(Date.parse(before.created_at)) !== day;
  const isNew = seen !== null && event.id > seen && before !== undefined && before.id <= seen;
  return (
    <>
      {isOther && day.startsWith("NaN") === false && (
        <li class="day">{dayName(Date.parse(event.created_at))}</li>
      )}
      {isNew && <li class="new">New since you looked</li>}
    </>
  );
}

/** Calls `reached` when it comes into view. */
function Edge({ label, reached }: { readonly label: string; readonly reached: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) reached();
      },
      { rootMargin: "600px" },
    );
    if (button.current !== null) observer.observe(button.current);
    return () => observer.disconnect();
  });
  return (
    <p class="more">
      <button ref={button} type="button" onClick={reached}>
        {label}
      </button>
    </p>
  );
}

interface EventLinesProps {
  readonly list: EventList;
  readonly root: string | null;
  /** The event to which the address leads. */
  readonly meant: number | null;
  readonly seen: number | null;
}

/** What happened, in order. */
export function EventLines({ list, root, meant, seen }: EventLinesProps) {
  const { session } = list;
  // That a turn is over says nothing here.
  const events = list.events.filter(
    ({ event_type, content }) => event_type !== "turn_end" || content !== "",
  );
  return (
    <>
      {list.before !== null && (
        <p class="more">
          <button type="button" onClick={() => void list.earlier()}>
            Earlier
          </button>
        </p>
      )}
      <ol class="timeline">
        {events.map((event, index) => (
          <>
            <Between key={`b${event.id}`} event={event} before={events[index - 1]} seen={seen} />
            <Item
              key={event.id}
              session={session}
              event={event}
              root={root}
              isMeant={event.id === meant}
            />
          </>
        ))}
      </ol>
      {list.more && <Edge label="Later" reached={() => void list.later()} />}
    </>
  );
}
