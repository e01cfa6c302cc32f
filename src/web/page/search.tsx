import { useEffect, useState } from "preact/hooks";
import { deedWord } from "../../text/event-words.ts";
import { Field, MachineChoice } from "./choice.tsx";
import type { SearchDocument } from "./documents.ts";
import { useDocument } from "./load.ts";
import { Agent, OnMachine, Stored, Trouble, When, Where } from "./shown.tsx";
import { ask, asked, indexed, sessionLink } from "./state.ts";

type Found = SearchDocument["sessions"][number];
type Match = Found["matches"][number];

const PAGE = 20;
const TYPING_MS = 250;
const SLOW_MS = 1000;

/** The text with its matches marked, which are told in code points. */
function Snippet({ match }: { readonly match: Match }) {
  const chars = Array.from(match.snippet);
  const parts: { text: string; isMatch: boolean }[] = [];
  let at = 0;
  for (const [start = 0, end = 0] of match.highlights) {
    parts.push({ text: chars.slice(at, start).join(""), isMatch: false });
    parts.push({ text: chars.slice(start, end).join(""), isMatch: true });
    at = end;
  }
  parts.push({ text: chars.slice(at).join(""), isMatch: false });
  return (
    <span class="snippet">
      {parts.map(({ text, isMatch }, index) =>
        isMatch ? (
          <mark key={index}>
            <Stored text={text} />
          </mark>
        ) : (
          <Stored key={index} text={text} />
        ),
      )}
    </span>
  );
}

function kindOf({ event_type: type, did }: Match): string {
  return type === "session" ? "title" : deedWord(type, did);
}

/** The file, where the snippet doesn't name it. */
function OtherFile({ match: { file, snippet } }: { readonly match: Match }) {
  const name = file === null ? "" : file.slice(file.lastIndexOf("/") + 1);
  if (file === null || snippet.includes(name)) return null;
  return (
    <>
      <code>
        <Stored text={file} />
      </code>{" "}
    </>
  );
}

function Session({ session }: { readonly session: Found }) {
  const told = session.matches.reduce((sum, { times }) => sum + times, 0);
  const more = session.match_count - told;
  return (
    <li class="found">
      <h2>
        <a class="rowlink" href={sessionLink(session.id)}>
          {session.title === null ? "(no title)" : <Stored text={session.title} />}
        </a>
      </h2>
      <p class="facts">
        <When at={session.started_at} dated />
        <Agent id={session.agent_id} />
        <Where project={session.project} branch={null} />
        <OnMachine machine={session.machine} />
      </p>
      <ol class="matches">
        {session.matches.map((match) => (
          <li key={match.event_id ?? "session"}>
            <a href={sessionLink(session.id, match.event_id)}>
              <b>{kindOf(match)}</b>
              <span>
                <OtherFile match={match} />
                <Snippet match={match} />
                {match.times > 1 && <span class="dim"> × {match.times}</span>}
              </span>
            </a>
          </li>
        ))}
      </ol>
      {more > 0 && <p class="dim small">and {more} more in this session</p>}
    </li>
  );
}

/** Whether somebody looks for a file, by the look of it. */
function looksLikeFile(words: string): boolean {
  return /^[\w./@-]*(?:\/[\w.@-]+|\w\.[a-z]{1,5})$/iu.test(words);
}

function set(fields: Readonly<Record<string, string>>): void {
  ask("search", { limit: "", ...fields });
}

function Fields() {
  const { q, file, agent, project, since } = asked();
  useEffect(() => document.getElementById("words")?.focus(), []);
  const field = (name: string, value: string | undefined) => ({
    value,
    typingMs: TYPING_MS,
    choose: (chosen: string) => set({ [name]: chosen }),
  });
  const words = {
    id: "words",
    type: "search",
    placeholder: 'words "a phrase" -without',
  } as const;
  return (
    <search>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Field label="Words" {...field("q", q)} isWide input={words} />
        <Field
          label="File"
          {...field("file", file)}
          isWide
          input={{ type: "search", placeholder: "src/cart.ts" }}
        />
        <Field label="Agent" {...field("agent", agent)} input={{ placeholder: "any" }} />
        <Field label="Project" {...field("project", project)} input={{ placeholder: "any" }} />
        <Field label="Since" {...field("since", since)} input={{ placeholder: "any time" }} />
        <MachineChoice view="search" />
      </form>
    </search>
  );
}

/** Says that it takes long, once it does, and how far it is; before that only where nothing else is shown. */
function Busy({ isAlone }: { readonly isAlone: boolean }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setSlow, SLOW_MS, true);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return isAlone ? <p class="dim">Searching…</p> : null;
  return (
    <p class="dim" role="status">
      The first search indexes all that is stored:{" "}
      <progress aria-label="Indexed" value={indexed.value} /> {Math.floor(indexed.value * 100)} %
    </p>
  );
}

function Results({ value, most }: { readonly value: SearchDocument; readonly most: number }) {
  const { q = "", file = "" } = asked();
  if (value.count === 0) return <p class="dim">Nothing found.</p>;
  return (
    <>
      {value.loose && (
        <p class="dim">
          No prompt or answer has all of these words. Sessions with the rarest of them:
        </p>
      )}
      {!value.exact && !value.loose && (
        <p class="dim">
          No exact match; words that begin with <Stored text={q.split(/\s+/u).at(-1) ?? file} />:
        </p>
      )}
      <ul class="founds">
        {value.sessions.map((session) => (
          <Session key={session.id} session={session} />
        ))}
      </ul>
      {value.more && (
        <p class="more">
          <button type="button" onClick={() => set({ limit: String(most + PAGE) })}>
            {PAGE} more
          </button>
        </p>
      )}
    </>
  );
}

/** Search in everything that is stored. */
export function SearchView() {
  const { q = "", file = "", limit, ...filter } = asked();
  const most = Number(limit) || PAGE;
  const isAsked = q.trim() !== "" || file.trim() !== "";
  const query = { q: q.trim(), file: file.trim(), ...filter, limit: most };
  const { value, failure, isLoading } = useDocument<SearchDocument>(
    isAsked ? "search" : null,
    query,
  );
  return (
    <>
      <h1>Search</h1>
      <Fields />
      {looksLikeFile(q) && file === "" && (
        <p>
          <button type="button" onClick={() => set({ q: "", file: q })}>
            Who touched the file <Stored text={q} />?
          </button>
        </p>
      )}
      {!isAsked && (
        <p class="dim hint">
          Finds prompts, commands, files, errors, titles and summaries. With a file, only what tools
          did with it: who read it, who changed it.
        </p>
      )}
      {isAsked && failure !== null && <Trouble failure={failure} />}
      {isAsked && isLoading && <Busy isAlone={value === null} />}
      {isAsked && value !== null && failure === null && <Results value={value} most={most} />}
    </>
  );
}
