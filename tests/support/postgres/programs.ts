import { existsSync, readdirSync } from "node:fs";

/** Debian keeps the programs of each version in a folder of their own, outside PATH. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of the installed PostgreSQL's programs, of the newest version; null if there is none. */
export function installedPostgres(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number) : [];
  const newest = Math.max(0, ...versions.filter((version) => version > 0));
  const folder = `${DEBIAN}/${newest}/bin`;
  return existsSync(`${folder}/initdb`) ? folder : null;
}

/** Where Debian has it, which isn't on everybody's PATH; null if it isn't installed. */
export function installedPooler(): string | null {
  return Bun.which("pgbouncer", { PATH: `${process.env["PATH"]}:/usr/sbin` });
}

/** What stands before a server's command: PostgreSQL and pgbouncer refuse to run as root. */
export const AS_NOBODY: readonly string[] =
  process.getuid?.() === 0 ? ["--reuid=65534", "--regid=65534", "--clear-groups"] : [];
