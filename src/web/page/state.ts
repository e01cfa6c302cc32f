import { computed, effect, signal } from "@preact/signals";
import {
  type Failure,
  type FailureDocument,
  failureOf,
  type LiveDocument,
  type LiveRow,
  toFailure,
} from "./documents.ts";
import { type Announced, changes } from "./server.ts";

/** The live sessions; null until they are known. */
export const live = signal<LiveDocument | null>(null);
/** Why nothing new comes. */
export const trouble = signal<Failure | null>(null);
/** The part of what is stored that the first search has indexed so far. */
export const indexed = signal(0);
/** The other machines whose sessions are here, none where they can't be read; null if nothing was pulled. */
export const machines = signal<readonly string[] | null>(null);
/** Grows whenever the live sessions were sent. */
export const sent = signal(0);
/** Grows whenever anything was written. */
export const written = signal(0);
/** The present, to the second. */
export const now = signal(Date.now());

/** Where the page is: `#/session/ID/EVENT?…`. */
export interface Address {
  readonly view: string;
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

function placeOf(hash: string): Address {
  const [path = "", search = ""] = hash.replace(/^#\/?/u, "").split("?");
  const [view = "", ...parts] = path.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { view: view || "live", parts, query: new URLSearchParams(search) };
}

export const place = signal(placeOf(location.hash));
addEventListener("hashchange", () => {
  place.value = placeOf(location.hash);
});

/** The machines whose sessions are asked for in the address; undefined for this one. */
export function askedMachine(): string | undefined {
  return place.value.query.get("machine") ?? undefined;
}

/** The address of a session, and of an event in it, among those of the machines that are asked for. */
export function sessionLink(id: string, event?: number | null): string {
  const machine = askedMachine();
  const query = machine === undefined ? "" : `?${new URLSearchParams({ machine })}`;
  return `#/session/${encodeURIComponent(id)}${event == null ? "" : `/${event}`}${query}`;
}

/** What is asked for in the address. */
export function asked(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(place.value.query);
}

/** Asks for something else of a view, in the address: a reload and going back keep it. */
export function ask(view: string, changes: Readonly<Record<string, string>>): void {
  const given = Object.entries({ ...asked(), ...changes }).filter(([, value]) => value);
  const hash = `#/${view}?${new URLSearchParams(given as [string, string][])}`;
  history.replaceState(null, "", hash);
  place.value = placeOf(hash);
}

/** Whether a session waits for a person. */
export function waits({ state }: Pick<LiveRow, "state">): boolean {
  return state === "asks" || state === "waiting";
}

/** Those on this machine that wait, the most urgent first. */
export const waiting = computed(() => (live.value?.sessions ?? []).filter(waits));

effect(() => {
  const count = waiting.value.length;
  document.title = count > 0 ? `(${count}) mm` : "mm";
});

/** Whether the person is told where another tab or window is in front; null where it can't be. */
export const notifies = signal(
  "Notification" in window ? Notification.permission === "granted" : null,
);

export async function allowNotifications(): Promise<void> {
  notifies.value = (await Notification.requestPermission()) === "granted";
}

function notify(before: LiveDocument | null, after: LiveDocument): void {
  if (before === null || notifies.value !== true || !document.hidden) return;
  const states = new Map(before.sessions.map(({ id, state }) => [id, state]));
  const isNew = (row: LiveRow) =>
    waits(row) && states.has(row.id) && states.get(row.id) !== row.state;
  for (const session of after.sessions.filter(isNew)) {
    const what = session.state === "asks" ? "asks for you" : "waits for you";
    const shown = new Notification(`${session.agent_id} ${what}`, {
      body: session.title ?? "",
      tag: session.id,
    });
    shown.onclick = () => {
      focus();
      location.hash = sessionLink(session.id);
      shown.close();
    };
  }
}

function take({ event, data }: Announced): void {
  if (event === "written") written.value++;
  if (event === "machines") machines.value = JSON.parse(data) as string[] | null;
  if (event === "indexed") indexed.value = Number(data);
  if (event === "problem") trouble.value = failureOf(JSON.parse(data) as FailureDocument);
  if (event !== "live") return;
  const document = JSON.parse(data) as LiveDocument;
  notify(live.value, document);
  live.value = document;
  sent.value++;
  trouble.value = null;
}

const RETRY_MS = 1500;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Nobody sees a hidden page, unless it notifies. */
function isSeen(): boolean {
  return !document.hidden || notifies.value === true;
}

async function untilSeen(): Promise<void> {
  while (!isSeen()) {
    await new Promise((resolve) =>
      document.addEventListener("visibilitychange", resolve, { once: true }),
    );
  }
}

/** Listens to the server for as long as the page is open. */
export async function listen(): Promise<never> {
  for (;;) {
    await untilSeen();
    const ending = new AbortController();
    const end = () => {
      if (!isSeen()) ending.abort();
    };
    document.addEventListener("visibilitychange", end);
    try {
      for await (const told of changes(ending.signal)) take(told);
      if (isSeen()) throw new Error("the stream has ended");
    } catch (error) {
      if (!ending.signal.aborted) trouble.value = toFailure(error);
    }
    document.removeEventListener("visibilitychange", end);
    await sleep(RETRY_MS);
  }
}

const SECOND_MS = 1000;

/** Lets ages grow. */
export function tick(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, SECOND_MS);
}
