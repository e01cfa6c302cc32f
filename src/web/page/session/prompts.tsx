import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { EventRow, EventsDocument } from "../documents.ts";
import { get } from "../server.ts";
import { cutText } from "../shown.tsx";
import { askedMachine, sessionLink } from "../state.ts";
import type { EventList } from "./events.ts";

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

interface PromptListProps {
  readonly session: string;
  readonly prompts: readonly EventRow[];
  readonly meant: number | null;
}

/** The prompts of a session, each a link to it. */
export function PromptList({ session, prompts, meant }: PromptListProps) {
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

/** All prompts of a session, which are read some at a time; those after the last one once `latest` is another one. */
export function usePrompts(session: string, latest: number): readonly EventRow[] {
  const machine = askedMachine();
  const [prompts, setPrompts] = useState<readonly EventRow[]>([]);
  const known = useRef(0);
  useEffect(() => {
    const ending = new AbortController();
    const read = async () => {
      for (let isMore = true; isMore; ) {
        const query = { id: session, machine, type: "prompt", after: known.current };
        const page = await get<EventsDocument>("session/events", query, ending.signal);
        if (ending.signal.aborted) return;
        known.current = page.after ?? known.current;
        isMore = page.more;
        setPrompts((before) => [...before, ...page.events]);
      }
    };
    // What is wrong is told where the events are.
    read().catch(() => undefined);
    return () => ending.abort();
  }, [session, latest]);
  return prompts;
}

/** Goes to the meant event once it is there, and from prompt to prompt by key. */
export function useJumps(
  list: EventList,
  meant: number | null,
  prompts: readonly EventRow[],
): void {
  const isThere = meant !== null && list.has(meant);
  useEffect(() => {
    jumpedTo = null;
  }, [list.session]);
  useEffect(() => {
    if (isThere) reveal(meant);
  }, [meant, isThere]);
  // At once, so that no key comes between what is shown and what it means.
  useLayoutEffect(() => {
    const jump = (event: Event) => {
      const step = (event as CustomEvent<number>).detail;
      const current = currentPrompt(prompts, meant);
      const element = document.getElementById(`e${prompts[current]?.id}`);
      // Inside a turn, back leads to its own prompt. After a jump it is at the prompt, even if that isn't in view yet.
      const isInside = step < 0 && jumpedTo === null && !isInView(element);
      const to = prompts[isInside ? current : current + step];
      if (to === undefined) return;
      jumpedTo = to.id;
      location.replace(sessionLink(list.session, to.id));
    };
    addEventListener("mm-prompt", jump);
    return () => removeEventListener("mm-prompt", jump);
  }, [prompts, list, meant]);
}
