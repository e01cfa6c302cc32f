import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { SCHEMA_VERSION } from "../../src/store/tables.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { rows } from "../support/stored.ts";
import { needs } from "../support/tools.ts";
import { Trap } from "../support/trap.ts";

const BE_BUN = { BUN_BE_BUN: "1", BUN_OPTIONS: "--preload=./evil.ts" };
const CALL = `'{"session_id":"s1","source":"startup","cwd":"/"}'`;

/** Installs Claude Code's hooks with the program of this path; returns the line for the start of a session. */
async function installedLine(box: Sandbox, folder: string): Promise<string> {
  const { code, err } = await shell(box, `"${folder}/mm" hooks install claude --yes`, {
    env: { PATH: `${folder}:${process.env["PATH"]}` },
  });
  expect({ code, err }).toMatchObject({ code: 0 });
  const settings = JSON.parse(readFileSync(`${box.folder}/.claude/settings.json`, "utf8"));
  return settings.hooks.SessionStart[0].hooks[0].command;
}

/** The program as a link in a folder with a space, as a package manager might leave it. */
function linked(box: Sandbox): string {
  mkdirSync(`${box.folder}/a b`);
  symlinkSync(BINARY, `${box.folder}/a b/mm`);
  return `${box.folder}/a b`;
}

describe("the installed hook line", () => {
  test("runs mm where the environment would have it be Bun, in a repository full of traps", async () => {
    using box = new Sandbox();
    const line = await installedLine(box, linked(box));
    expect(line).toContain(`'${box.folder}/a b/mm' hook`);
    const trap = new Trap(`${box.folder}/repository`);
    const options = { cwd: trap.folder, env: BE_BUN };
    // The trap works: without the line's own beginning the same binary is Bun.
    await shell(box, `"$MM" run session`, options);
    expect(trap.sprung()).toBe(true);

    const { code, err } = await shell(box, `echo ${CALL} | { ${line}; }`, options);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(trap.sprung()).toBe(false);
    const { out } = await box.mm(["session", "list", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ count: 1, sessions: [{ agent_id: "claude-code" }] });
  });

  needs("strip")("is silent when mm is gone, or has become plain Bun", async () => {
    using box = new Sandbox();
    mkdirSync(`${box.folder}/bin`);
    const program = `${box.folder}/bin/mm`;
    cpSync(BINARY, program);
    const line = await installedLine(box, `${box.folder}/bin`);
    const trap = new Trap(`${box.folder}/repository`);
    expect(Bun.spawnSync(["strip", program]).exitCode).toBe(0);
    const asBun = await shell(box, `echo ${CALL} | { ${line}; }`, { cwd: trap.folder });
    expect(asBun).toMatchObject({ code: 0, err: "" });
    Bun.spawnSync(["rm", program]);
    const gone = await shell(box, `echo ${CALL} | { ${line}; }`, { cwd: trap.folder });
    expect(gone).toEqual({ code: 0, out: "", err: "" });
  });
});

test("a program under another name refuses to be put into hooks", async () => {
  using box = new Sandbox();
  cpSync(BINARY, `${box.folder}/copied`);
  const child = Bun.spawnSync([`${box.folder}/copied`, "hooks", "install", "claude", "--yes"], {
    env: box.env({ PATH: "/usr/bin:/bin" }),
  });
  expect(child.exitCode).toBe(1);
  expect(child.stderr.toString()).toContain("its name is not mm");
  expect(existsSync(`${box.folder}/.claude`)).toBe(false);
});

needs("unshare")(
  "a HOME on a read-only mount is an error that names it, and no hook's",
  async () => {
    using box = new Sandbox();
    mkdirSync(`${box.folder}/ro`);
    const env = { HOME: `${box.folder}/ro`, MM_HOME: undefined };
    const mounted = (script: string) =>
      shell(box, `unshare -rm sh -c 'mount -t tmpfs -o ro tmpfs ro && { ${script}; }'`, { env });
    const start = await mounted(`"$MM" session start --json`);
    expect(start.code).toBe(1);
    expect(JSON.parse(start.out)).toHaveProperty("error");
    expect(start.out).toContain(`${box.folder}/ro`);
    expect(await mounted(`"$MM" --version`)).toMatchObject({ code: 0, err: "" });
    expect(await mounted(`"$MM" hook claude SessionStart </dev/null`)).toEqual({
      code: 0,
      out: "",
      err: "",
    });
  },
);

/** Builds an mm of another version, and of another schema, from a copy of the sources. */
function buildOther(box: Sandbox, name: string, version: string, schema: number): string {
  const folder = `${box.folder}/${name}`;
  mkdirSync(folder);
  for (const path of ["src", "build.ts", "tsconfig.json"]) {
    cpSync(`${ROOT}/${path}`, `${folder}/${path}`, { recursive: true });
  }
  const manifest = readFileSync(`${ROOT}/package.json`, "utf8");
  writeFileSync(`${folder}/package.json`, manifest.replace(`"${VERSION}"`, `"${version}"`));
  const path = `${folder}/src/store/tables.ts`;
  const source = readFileSync(path, "utf8");
  writeFileSync(path, source.replace(`= ${SCHEMA_VERSION};`, `= ${schema};`));
  symlinkSync(`${ROOT}/node_modules`, `${folder}/node_modules`);
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "build.ts"], { cwd: folder });
  if (exitCode !== 0) throw new Error(stderr.toString());
  chmodSync(`${folder}/dist/mm`, 0o755);
  return `${folder}/dist/mm`;
}

/** All that a database holds; its bytes may change when its write-ahead log is copied into it. */
function dump(box: Sandbox): string {
  const schema = rows<{ type: string; name: string }>(box, "SELECT * FROM sqlite_schema");
  const tables = schema.filter(({ type }) => type === "table").map(({ name }) => name);
  return JSON.stringify([schema, tables.map((name) => rows(box, `SELECT * FROM "${name}"`))]);
}

describe("beside a newer version", () => {
  test("of the same schema, both work on one session", async () => {
    using box = new Sandbox();
    const newer = buildOther(box, "newer", "9.9.9", SCHEMA_VERSION);
    const script = `set -e
      [ "$("${newer}" --version)" = "mm 9.9.9" ]
      "$MM" session start --idempotent -a x >/dev/null
      case $("${newer}" session start --idempotent -a x --json) in *'"resumed":true'*) ;; *) exit 1 ;; esac
      "$MM" activity log -c old
      "${newer}" activity log -c new
      "$MM" session events --json
      "${newer}" session list --json`;
    const { code, out, err } = await shell(box, script);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain('"count":1');
    expect(out.match(/"content":"(?:old|new)"/gu)).toHaveLength(2);
  });

  test("of a newer schema, this one says so and leaves the database as it is", async () => {
    using box = new Sandbox();
    const newer = buildOther(box, "newer", "9.9.9", SCHEMA_VERSION + 1);
    await shell(box, `"${newer}" session start -a x && "${newer}" activity log -c new`);
    const before = dump(box);
    expect(before).toContain("session_events");
    for (const words of ["session start", "session list", "session end", "activity log -c old"]) {
      const { code, out } = await shell(box, `"$MM" ${words} --json`);
      expect({ words, code }).toEqual({ words, code: 1 });
      expect(JSON.stringify(JSON.parse(out))).toContain("was written by a newer mm (schema");
    }
    const hook = await shell(box, `echo ${CALL} | "$MM" hook claude SessionStart`);
    expect(hook).toEqual({ code: 0, out: "", err: "" });
    expect(dump(box)).toBe(before);
    const { out } = await shell(box, `"${newer}" session events --json`);
    expect(JSON.parse(out).events).toMatchObject([{ content: "new" }]);
  });
});
