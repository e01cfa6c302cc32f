/** What of a request decides whether it is answered. */
export interface RequestFacts {
  readonly method: string;
  readonly url: string;
  /** What the request's headers say; null where it has none of that name. */
  readonly host: string | null;
  readonly origin: string | null;
  readonly fetchSite: string | null;
  readonly authorization: string | null;
}

/** What this server's own page sends. */
export interface Own {
  readonly port: number;
  readonly token: string;
  /** More names by which a browser may reach it, in lower case. */
  readonly hosts: readonly string[];
}

/** Why a request isn't answered, as an HTTP status. */
export type RefusedStatus = 401 | 403 | 405 | 414 | 421;

const MOST_URL_CHARS = 2000;

function isOwnHost({ port, hosts }: Own, host: string | null): boolean {
  if (host === null) return false;
  const names = ["127.0.0.1", "localhost", ...hosts];
  return names.some((name) => host === `${name}:${port}`) || hosts.includes(host);
}

/** Another page of this browser's: what a browser says of who asks can't be forged by a page. */
function isForeign({ origin, fetchSite, host }: RequestFacts): boolean {
  if (fetchSite !== null && fetchSite !== "same-origin") return true;
  return origin !== null && origin !== `http://${host}` && origin !== `https://${host}`;
}

/** Takes as long whatever the texts have in common. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest();
  const [a, b] = [digest(one), digest(other)];
  return a.reduce((different, byte, index) => different | (byte ^ (b[index] ?? 0)), 0) === 0;
}

/** Whether a request is for what only the page with the token may have. */
export function isForApi(path: string): boolean {
  return path.startsWith("/api/");
}

/** Decides whether a request is answered: null, or why not. Where it comes from counts before what it asks for. */
export function gate(asked: RequestFacts, own: Own): RefusedStatus | null {
  // Names of hosts are the same in capitals.
  const facts = { ...asked, host: asked.host?.toLowerCase() ?? null };
  if (!isOwnHost(own, facts.host)) return 421;
  if (facts.method !== "GET") return 405;
  if (facts.url.length > MOST_URL_CHARS) return 414;
  const path = new URL(facts.url).pathname;
  if (!isForApi(path)) return null;
  if (isForeign(facts)) return 403;
  return isSame(facts.authorization ?? "", `Bearer ${own.token}`) ? null : 401;
}
