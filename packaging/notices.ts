import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  type Lockfile,
  lockedPackage,
  parseLockfile,
  resolved,
  withDependencies,
} from "./lockfile.ts";

export const NOTICES = "THIRD_PARTY_NOTICES.txt";

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)\b/iu;
const RULE = "=".repeat(78);

/** The page that lists the code in Bun's executable. Bun's own packages have no licence file. */
const BUN_LICENCE = "node_modules/bun-types/docs/project/license.mdx";
const LGPL = "packaging/LGPL-2.1.txt";
/** The prices of models are from its list. */
const LITELLM = "packaging/LiteLLM-MIT.txt";

/**
 * The original licences of all code in a binary except mm's own. `root` contains the lockfile and the installed
 * packages.
 * @throws Error naming a package that has no licence file, or isn't the locked one
 */
export function renderNotices(root: string): string {
  const lock = parseLockfile(readFileSync(`${root}/bun.lock`, "utf8"));
  const direct = Object.keys(lock.workspaces[""].dependencies);
  const packages = [...withDependencies(lock, direct)].toSorted();
  return [
    "mm contains code by others. These are its licences.\n",
    ...packages.map((name) => section(headline(lock, name), packageLicences(root, lock, name))),
    section(headline(lock, "bun"), bunLicence(root, lock)),
    section("LiteLLM (prices of models)", readFileSync(`${root}/${LITELLM}`, "utf8")),
    section("GNU Lesser General Public License", readFileSync(`${root}/${LGPL}`, "utf8")),
  ].join("\n");
}

function headline(lock: Lockfile, name: string): string {
  return Object.values(resolved(lockedPackage(lock, name))).join(" ");
}

function section(title: string, text: string): string {
  return `${RULE}\n${title}\n${RULE}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}

/** The folder in which a key of the lockfile is installed: `a/b` is the copy of b that belongs to a. */
function installed(root: string, lock: Lockfile, key: string): string {
  const { name, version } = resolved(lockedPackage(lock, key));
  const owner = key === name ? undefined : key.slice(0, -name.length - 1);
  const base = owner === undefined ? root : installed(root, lock, owner);
  const folder = `${base}/node_modules/${name}`;
  if (!existsSync(folder)) throw new Error(`${name} is not installed`);
  const found = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).version;
  if (found !== version)
    throw new Error(`${name} is installed as ${found}; bun.lock has ${version}`);
  return folder;
}

function packageLicences(root: string, lock: Lockfile, key: string): string {
  const folder = installed(root, lock, key);
  const names = readdirSync(folder).filter((name) => LICENCE_FILE.test(name));
  if (names.length === 0) throw new Error(`${key} has no licence file`);
  return names
    .toSorted()
    .map((name) => readFileSync(`${folder}/${name}`, "utf8"))
    .join("\n");
}

function bunLicence(root: string, lock: Lockfile): string {
  installed(root, lock, "bun-types");
  const versions = ["bun", "bun-types"].map((name) => resolved(lockedPackage(lock, name)).version);
  if (versions[0] !== versions[1]) throw new Error(`bun-types is not of Bun ${versions[0]}`);
  const text = readFileSync(`${root}/${BUN_LICENCE}`, "utf8");
  return text.replace(/^---\n.*?\n---\n/su, "");
}
