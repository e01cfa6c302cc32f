import { UserError } from "../../../errors.ts";
import { type ServerAddress, serverPlace } from "../address.ts";
import type { Remote, Transaction } from "../connect.ts";
import { isForbidden, isMadeMeanwhile } from "../faults.ts";
import * as sql from "./statements.ts";

/** What an administrator has set on the server. */
export interface RemoteSettings {
  /** Sessions without a sign of life for so many days have left; null keeps them all. */
  readonly keepDays: number | null;
}

type Meta = ReadonlyMap<string, string>;

async function readMeta(transaction: Transaction): Promise<Meta> {
  const rows = await transaction.query<{ key: string; value: string }>(sql.SERVER_META);
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** The two numbers of a schema's version: under a higher first one it means something else. */
function versionOf(text: string | undefined): readonly [number, number] {
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)$/u.exec(text ?? "") ?? [];
  return [Number(major), Number(minor)];
}

/** @throws UserError `sync_refused` if this `mm` can't work with the server's schema */
function requireKnown(meta: Meta, address: ServerAddress): void {
  const text = meta.get("schema_version");
  const [major] = versionOf(text);
  if (major === sql.SCHEMA_MAJOR) return;
  const isNewer = major > sql.SCHEMA_MAJOR;
  throw new UserError(
    "sync_refused",
    `${serverPlace(address)} has version ${text ?? "?"} of the schema, and this mm knows ${sql.SCHEMA_MAJOR}.${sql.SCHEMA_MINOR}`,
    isNewer ? "upgrade this mm; nothing was changed" : "`mm sync init` upgrades it",
  );
}

function settingsIn(meta: Meta): RemoteSettings {
  const keep = Number(meta.get("keep_days"));
  return { keepDays: Number.isInteger(keep) && keep > 0 ? keep : null };
}

/**
 * Reads what the administrator has set.
 * @throws UserError `sync_refused` if there is no schema, or another one than this `mm` knows
 */
export async function readServer(
  remote: Remote,
): Promise<RemoteSettings & { readonly version: string }> {
  const meta = await remote.transaction(readMeta);
  requireKnown(meta, remote.address);
  return { ...settingsIn(meta), version: meta.get("schema_version") ?? "" };
}

/** What `mm sync init` makes on a server. */
export interface ServerPlan {
  /** Days, or null for what was set before. */
  readonly keepDays: number | "forever" | null;
  /** Whether to make an index of words. */
  readonly hasSearch: boolean;
}

function keepSql(keepDays: number | "forever"): string {
  return keepDays === "forever" ? `${sql.KEEP_FOREVER};\n` : sql.keepFor(keepDays);
}

/** The statements for an administrator to run by hand. */
export function serverSql({ keepDays, hasSearch }: ServerPlan): string {
  const parts = [
    sql.CREATE_SCHEMA,
    hasSearch ? sql.CREATE_SEARCH : "",
    keepDays === null ? "" : keepSql(keepDays),
    sql.CREATE_ROLES,
  ];
  return `BEGIN;\n${sql.NO_NOTICES};\n${parts.filter((part) => part !== "").join("\n")}\nCOMMIT;\n`;
}

interface Has {
  readonly has: boolean;
}

async function isUpToDate(transaction: Transaction, address: ServerAddress): Promise<boolean> {
  const [row] = await transaction.query<Has>(sql.HAS_SCHEMA);
  if (row?.has !== true) return false;
  const meta = await readMeta(transaction);
  requireKnown(meta, address);
  return versionOf(meta.get("schema_version"))[1] >= sql.SCHEMA_MINOR;
}

/** @returns whether this user may make the roles, and has */
async function createRoles(transaction: Transaction): Promise<boolean> {
  const [role] = await transaction.query<{ may: boolean }>(sql.MAY_CREATE_ROLES);
  if (role?.may !== true) return false;
  await transaction.run(sql.CREATE_ROLES);
  return true;
}

/** @throws UserError `sync_refused` for who doesn't own the schema */
async function setForAll(
  transaction: Transaction,
  address: ServerAddress,
  { hasSearch, keepDays }: ServerPlan,
): Promise<void> {
  try {
    if (hasSearch) await transaction.run(sql.CREATE_SEARCH);
    if (keepDays !== null) await transaction.run(keepSql(keepDays));
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const options = [keepDays === null ? "" : "--keep", hasSearch ? "--search" : ""];
    throw new UserError(
      "sync_refused",
      `only the owner of the schema on ${serverPlace(address)} may use ${options.filter(Boolean).join(" and ")}`,
      "ask the administrator, or leave out what isn't yours to set; nothing was changed",
    );
  }
}

async function createMissing(
  transaction: Transaction,
  address: ServerAddress,
  plan: ServerPlan,
): Promise<boolean> {
  // Members of a team may create nothing, and needn't.
  const isComplete = await isUpToDate(transaction, address);
  if (!isComplete) await transaction.run(sql.CREATE_SCHEMA);
  await setForAll(transaction, address, plan);
  const [roles] = await transaction.query<Has>(sql.HAS_ROLES);
  return (isComplete && roles?.has === true) || (await createRoles(transaction));
}

/** Whoever comes second finds everything made. */
const CREATE_TRIES = 3;

/**
 * Creates what is missing of the schema, in one transaction.
 * @returns whether the roles of a team are there, which not every user may make
 */
export async function createServer(remote: Remote, plan: ServerPlan): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      return await remote.transaction((transaction) =>
        createMissing(transaction, remote.address, plan),
      );
    } catch (error) {
      if (tries === CREATE_TRIES || !isMadeMeanwhile(error)) throw error;
    }
  }
}
