import { UserError } from "../../errors.ts";

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
  const host = socketOf(url) ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/u, "$1");
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
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
  return isSocket(address) ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`;
}
