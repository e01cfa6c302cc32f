import * as fs from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../errors.ts";
import { whyRefused } from "./errno.ts";
import { realPathOf, statOf } from "./guard.ts";
import { findNoFile } from "./strays.ts";

/** Something in a home that hooks need and may not write to, or that others than the home's owner own. */
interface Unwritable {
  readonly path: string;
  readonly why: string;
}

/** Something that hooks need and may not write to. */
export interface Refusal extends Unwritable {
  readonly kind: "denied" | "read-only" | "link" | "wrong kind";
}

/** What hooks can do with an event in this home, as the user who asks. */
export interface Keeping {
  /** Whether the database takes it, as far as the file system goes. */
  readonly stores: boolean;
  /** Whether the spool takes it where the database doesn't. */
  readonly spools: boolean;
  readonly refused: readonly Refusal[];
}

const { R_OK, W_OK, X_OK } = fs.constants;
const FOLDER = W_OK | X_OK;
const FILE = R_OK | W_OK;

/** Why a path may not be used so, or null. */
function refusal(path: string, mode: number): Refusal | null {
  try {
    fs.accessSync(path, mode);
    return null;
  } catch (error) {
    const kind = codeOf(error) === "EROFS" ? "read-only" : "denied";
    return { path, why: whyRefused(error), kind };
  }
}

function nearestFolder(path: string): string {
  let at = path;
  while (at !== dirname(at) && statOf(fs, at, "refused") === undefined) {
    at = dirname(at);
  }
  return at;
}

/** Of a folder of ours, which is made where it is missing. */
function ofFolder(path: string): Refusal | null {
  const there = nearestFolder(path);
  const stat = statOf(fs, there, "followed");
  if (stat?.isDirectory() !== true) {
    return { path: there, why: "it is not a folder", kind: "wrong kind" };
  }
  const isLink = there === path && fs.lstatSync(path).isSymbolicLink();
  const link: Refusal = { path, why: "it is a symbolic link", kind: "link" };
  return isLink ? link : refusal(there, FOLDER);
}

function ofHome(home: string): Refusal | null {
  return ofFolder(realPathOf(fs, home));
}

/** SQLite makes files beside the database. */
function ofDatabase(path: string): Refusal | null {
  const odd = findNoFile(path);
  if (odd !== null) return { path: odd, why: "it is not a file", kind: "wrong kind" };
  if (!fs.existsSync(path)) return ofHome(dirname(path));
  const real = realPathOf(fs, path);
  const beside = [`${real}-wal`, `${real}-shm`].filter((file) => fs.existsSync(file));
  const refused = [path, ...beside].map((file) => refusal(file, FILE)).find((one) => one !== null);
  if (refused !== undefined) return refused;
  // Where both are there already, nothing has to be made.
  return beside.length === 2 ? null : refusal(dirname(real), FOLDER);
}

export function keepingIn(home: string, databasePath: string): Keeping {
  const database = ofDatabase(databasePath);
  const spool = ofHome(home) ?? ofFolder(`${home}/spool`);
  const logs = ofHome(home) ?? ofFolder(`${home}/logs`);
  const found = [database, spool, logs].filter((one) => one !== null);
  const paths = new Map(found.map((one) => [one.path, one]));
  return { stores: database === null, spools: spool === null, refused: [...paths.values()] };
}

/** Why events are lost in this home, or null where they aren't. */
export function whyNothingIsKept({ stores, spools, refused }: Keeping): string | null {
  if (stores || spools) return null;
  return refused.map(({ path, why }) => `can't write to ${path}: ${why}`).join("; ");
}

/** Whether something is in a home, or is the home. */
export function isInHome(path: string, home: string): boolean {
  return [home, realPathOf(fs, home)].some((at) => path === at || path.startsWith(`${at}/`));
}

/** Whether something belongs to a user. */
export function belongsTo(path: string, user: number | undefined): boolean {
  return user === undefined || statOf(fs, path, "followed")?.uid === user;
}

const MOST_IN_A_FOLDER = 1000;

function withContents(path: string): string[] {
  if (!statOf(fs, path, "refused")?.isDirectory()) return [path];
  try {
    const names = fs.readdirSync(path).slice(0, MOST_IN_A_FOLDER);
    return [path, ...names.map((name) => `${path}/${name}`)];
  } catch {
    return [path];
  }
}

/** Something in a home that isn't its owner's. */
interface OthersFile extends Unwritable {
  /** Whose it should be, as chown takes it. */
  readonly owner: string;
}

/** What another user, root for instance, has made in a home: of a folder that alone, if it is not its owner's. */
export function listOthers(home: string, databasePath: string): OthersFile[] {
  const whole = statOf(fs, home, "followed");
  if (whole === undefined) return [];
  const isOthers = (path: string) => (statOf(fs, path, "refused")?.uid ?? whole.uid) !== whole.uid;
  const folders = ["spool", "spool.bad", "logs", "hooks"].map((name) => `${home}/${name}`);
  const files = [".current_session", "mm.json"].map((name) => `${home}/${name}`);
  const database = ["", "-wal", "-shm", ".mm-search"].map((end) => `${databasePath}${end}`);
  const inside = folders.flatMap((path) => (isOthers(path) ? [path] : withContents(path)));
  const inHome = database.filter((path) => dirname(path) === home);
  return [...inside, ...files, ...inHome].filter(isOthers).map((path) => {
    const uid = statOf(fs, path, "refused")?.uid;
    const why = `it belongs to user ${uid}, the home to user ${whole.uid}`;
    return { path, why, owner: `${whole.uid}:${whole.gid}` };
  });
}
