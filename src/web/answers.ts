import type { RefusedStatus } from "./gate.ts";

/** The page runs its own script and style, talks to its own server, and makes no HTML of text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** An answer with the headers that every answer has. */
export function answer(
  body: string | Blob | ReadableStream,
  status: number,
  type: string,
  caching = "no-store",
): Response {
  const headers = { ...HEADERS, "content-type": type, "cache-control": caching };
  return new Response(body, { status, headers });
}

export function plain(status: number, text: string): Response {
  return answer(`${text}\n`, status, "text/plain; charset=utf-8");
}

const REASONS: Readonly<Record<RefusedStatus, string>> = {
  401: "open the address that `mm web` printed",
  403: "only its own page may ask this server",
  405: "this server only answers GET",
  414: "this address is too long",
  421: "this server has another name; see `mm web --allow-host`",
};

export function refusal(status: RefusedStatus): Response {
  return plain(status, REASONS[status]);
}
