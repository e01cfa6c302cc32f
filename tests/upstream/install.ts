import { setDefaultTimeout } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";

// The original takes seconds a call.
setDefaultTimeout(600_000);

const VERSION = "0.4.0";
const CACHE = process.env["XDG_CACHE_HOME"] || `${homedir()}/.cache`;
const FOLDER = `${existsSync(CACHE) ? CACHE : tmpdir()}/mm-tests/memtomem-${VERSION}`;
/** Written last: without it the folder is what an interrupted installation left. */
const STAMP = `${FOLDER}/installed`;

/** memtomem as `pip` installs it. */
export const MEMTOMEM = `${FOLDER}/bin/mm`;
export const PYTHON = `${FOLDER}/bin/python`;

/** Its `vec0` extension has to be loaded, which not every Python's own `sqlite3` can do. */
const LOADS_EXTENSIONS = "import sqlite3; sqlite3.Connection.enable_load_extension";
const OTHER_SQLITE = "pysqlite3-binary==0.5.4.post2";
const USE_OTHER_SQLITE = `import sys

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
`;

async function attempt(...argv: string[]): Promise<{ ok: boolean; out: string; err: string }> {
  try {
    const child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { ok: (await child.exited) === 0, out: out.trim(), err };
  } catch (error) {
    return { ok: false, out: "", err: String(error) };
  }
}

async function must(...argv: string[]): Promise<string> {
  const { ok, out, err } = await attempt(...argv);
  if (!ok) throw new Error(`${argv.join(" ")} failed:\n${out}\n${err}`);
  return out;
}

async function candidates(): Promise<string[]> {
  const { out } = await attempt("pyenv", "versions", "--bare");
  const versions = out.split("\n").filter((version) => /^3\.12(?:\.\d+)?$/u.test(version));
  const prefixes = await Promise.all(
    versions.map((version) => attempt("pyenv", "prefix", version)),
  );
  const ofPyenv = prefixes.filter(({ ok }) => ok).map((prefix) => `${prefix.out}/bin/python3.12`);
  return ["python3.12", "python3", ...ofPyenv];
}

/** A Python 3.12, one that can load extensions if there is any. */
async function findPython(): Promise<string> {
  const usable: string[] = [];
  for (const python of await candidates()) {
    const is312 = "import sys; sys.exit(sys.version_info[:2] != (3, 12))";
    if (!(await attempt(python, "-c", is312)).ok) continue;
    if ((await attempt(python, "-c", LOADS_EXTENSIONS)).ok) return python;
    usable.push(python);
  }
  if (usable[0] !== undefined) return usable[0];
  throw new Error(
    `memtomem ${VERSION} needs Python 3.12, which is neither on PATH as python3.12 nor among pyenv's versions`,
  );
}

/** Makes a virtual environment with memtomem in it, unless an earlier run has left one. */
export async function installMemtomem(): Promise<void> {
  if (existsSync(STAMP)) return;
  const python = await findPython();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await must(python, "-m", "venv", FOLDER);
  await must(PYTHON, "-m", "pip", "install", "--quiet", `memtomem==${VERSION}`);
  if (!(await attempt(PYTHON, "-c", LOADS_EXTENSIONS)).ok) {
    await must(PYTHON, "-m", "pip", "install", "--quiet", OTHER_SQLITE);
    const packages = "import sysconfig; print(sysconfig.get_paths()['purelib'])";
    const folder = await must(PYTHON, "-c", packages);
    writeFileSync(`${folder}/sitecustomize.py`, USE_OTHER_SQLITE);
    await must(PYTHON, "-c", LOADS_EXTENSIONS);
  }
  writeFileSync(STAMP, "");
}
