import { UserError } from "../../errors.ts";
import { hasControls } from "../../text/text.ts";

/** Where the PostgreSQL server is. */
export interface ServerAddress {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

const DEFAULT_PORT = 5432;

function invalid(why: string): UserError {
  return new UserError(
    "sync_settings",
    `the sync URL ${why}`,
    "give it as postgres://USER@HOST/DATABASE",
  );
}

function parsed(typed: string): URL {
  try {
    return new URL(typed);
  } catch {
    throw invalid("can't be read");
  }
}

/** The folder of a socket, which `?host=/folder` names as in libpq. */
function socketOf(url: URL): string | null {
  const unknown = [...url.searchParams.keys()].filter((key) => key !== "host");
  if (unknown.length > 0) throw invalid(`has the unknown parameter '${unknown[0]}'`);
  const folder = url.searchParams.get("host");
  if (folder !== null && !folder.startsWith("/")) throw invalid("has a host that is no folder");
  return folder;
}

/** Names mean the same in capitals; folders don't. */
function hostOf(typed: string): string {
  return typed.startsWith("/") ? typed : typed.toLowerCase().replace(/^\[(.*)\]$/u, "$1");
}

/** A part of the URL, in which `%40` stands for a character. */
function decoded(part: string): string {
  try {
    const text = decodeURIComponent(part);
    if (!hasControls(text)) return text;
  } catch {
    // Reported below.
  }
  throw invalid("has a wrong % in it");
}

/**
 * Reads `postgres://user@host:port/database`. The password never stands in it, because the URL is stored.
 * @throws UserError `sync_settings`
 */
export function parseAddress(typed: string): ServerAddress {
  const url = parsed(typed);
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") {
    throw invalid("doesn't start with postgres://");
  }
  if (url.password !== "") {
    throw new UserError(
      "sync_settings",
      "the sync URL holds a password, which mm doesn't store",
      "leave it out and put the password into ~/.pgpass or $PGPASSWORD",
    );
  }
  if (url.hash !== "") throw invalid("has a # in it, which is written %23");
  const host = socketOf(url) ?? hostOf(decoded(url.hostname));
  const user = decoded(url.username);
  const database = decoded(url.pathname.slice(1));
  if (host === "") throw invalid("names no host");
  if (user === "") throw invalid("names no user");
  if (database === "" || database.includes("/")) throw invalid("names no database");
  return { host, port: url.port === "" ? DEFAULT_PORT : Number(url.port), user, database };
}

export function isSocket({ host }: ServerAddress): boolean {
  return host.startsWith("/");
}

/** Whether what is sent never leaves this machine, so that it needs no encryption. */
export function isLocal(address: ServerAddress): boolean {
  const { host } = address;
  return (
    isSocket(address) || host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/u.test(host)
  );
}

/** The server for people: `db.example.com:5432`. */
export function serverPlace(address: ServerAddress): string {
  const { host, port } = address;
  if (isSocket(address)) return `${host}/.s.PGSQL.${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
