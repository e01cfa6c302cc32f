import { signal } from "@preact/signals";
import { Failure, type FailureDocument, failureOf } from "./documents.ts";

const KEY = "mm-token";

/** Takes the key out of the address, where nobody needs to see it, and keeps it for this tab. */
function takeToken(): string | null {
  const given = /^#t=([\w-]+)$/u.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY);
}

export const pageToken = takeToken();

/** The options of a command; what is undefined or empty is left out. */
export type GivenOptions = Readonly<Record<string, string | number | boolean | undefined>>;

function addressOf(path: string, query: GivenOptions): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== "" && value !== false,
  );
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  return `/api/${path}${given.length === 0 ? "" : `?${search}`}`;
}

async function request(address: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(address, {
    headers: { authorization: `Bearer ${pageToken}` },
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status === 401) {
    const hint = "Open the address that the running mm web printed.";
    throw new Failure("token", "this page belongs to an mm web that has ended", hint);
  }
  return response;
}

/** What the last answer about machines warned of; empty for nothing. */
export const warning = signal("");

/** A command's document. @throws Failure; an AbortError if it was given up */
export async function get<T>(
  path: string,
  query: GivenOptions = {},
  signal?: AbortSignal,
): Promise<T> {
  const response = await request(addressOf(path, query), signal);
  if (query["machine"] !== undefined) {
    warning.value = decodeURIComponent(response.headers.get("mm-warning") ?? "");
  }
  const isDocument = response.headers.get("content-type")?.startsWith("application/json");
  if (!isDocument) throw new Failure("internal", (await response.text()).trim());
  const document: unknown = await response.json();
  if (!response.ok) throw failureOf(document as FailureDocument);
  return document as T;
}

/** Something that the server tells on its own. */
export interface Announced {
  readonly event: string;
  readonly data: string;
}

/** What the server tells, until it ends or the signal comes. */
export async function* changes(signal: AbortSignal): AsyncGenerator<Announced> {
  const response = await request("/api/changes", signal);
  if (!response.ok || response.body === null) {
    throw new Failure("pages", (await response.text()).trim(), "Close another tab of mm.");
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, event, data = ""] = /^event: (.*)\ndata: ?(.*)$/u.exec(block) ?? [];
      yield { event: event ?? "", data };
    }
  }
}
