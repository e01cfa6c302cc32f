import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tarGz } from "../../packaging/archive.ts";
import { mainPackage, platformPackage } from "../../packaging/npm.ts";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { binaryName, nativeTarget, TARGETS } from "../../packaging/targets.ts";
import { BINARY, Sandbox } from "../support/binary.ts";

const target = nativeTarget() ?? TARGETS[0];
if (target === undefined) throw new Error("no targets");
const box = new Sandbox();
const project = `${box.folder}/a project`;
const command = `${project}/node_modules/.bin/mm`;
const native = `${project}/node_modules/@mm-sessions/mm-${target.name}/bin/${binaryName(target)}`;

function run(argv: readonly string[], env: Record<string, string> = {}) {
  const child = Bun.spawnSync([...argv], { cwd: box.folder, env: box.env(env) });
  return { code: child.exitCode, out: child.stdout.toString(), err: child.stderr.toString() };
}

/** The shim in a script that says when it is ready: its process id is written by what it starts. */
async function wrapped(script: string) {
  const child = Bun.spawn([command, "session", "wrap", "--", "sh", "-c", script], {
    cwd: box.folder,
    env: box.env(),
    stdout: "pipe",
    stderr: "pipe",
  });
  const reader = child.stdout.getReader();
  await reader.read();
  return child;
}

beforeAll(() => {
  mkdirSync(project);
  const shim = readFileSync(`${ROOT}/packaging/npm-shim.cjs`);
  const packages = [
    mainPackage(VERSION, TARGETS, shim, []),
    platformPackage(VERSION, target, readFileSync(BINARY), []),
  ];
  const files = packages.map(({ file, entries }) => {
    writeFileSync(`${project}/${file}`, tarGz(entries, 0));
    return `./${file}`;
  });
  writeFileSync(`${project}/package.json`, "{}");
  // Offline, because no registry has the other platforms' packages yet. npm may leave those out.
  const { exitCode, stderr } = Bun.spawnSync(["npm", "install", "--offline", ...files], {
    cwd: project,
    env: box.env({ npm_config_cache: `${box.folder}/cache` }),
  });
  if (exitCode !== 0) throw new Error(stderr.toString());
});
afterAll(() => box[Symbol.dispose]());

describe("mm from npm", () => {
  test("is the native binary, with its output, errors and exit codes", () => {
    expect(run([command, "--version"])).toEqual({ code: 0, out: `mm ${VERSION}\n`, err: "" });
    expect(run([command, "session", "nonsense"])).toEqual(run([native, "session", "nonsense"]));
    expect(run([command, "session", "nonsense"]).code).toBe(2);
    expect(run([command, "session", "events", "none"]).code).toBe(1);
    const words = ["a b", "", '"', "$(true)", "*"];
    const { code, out } = run([
      command,
      ...["session", "wrap", "--", "sh", "-c", 'printf "<%s>" "$@"; exit 42', "sh", ...words],
    ]);
    expect({ code, out }).toEqual({ code: 42, out: words.map((word) => `<${word}>`).join("") });
  });

  test("passes standard input on", () => {
    run([command, "session", "start"]);
    const child = Bun.spawnSync([command, "activity", "log", "-c", "-"], {
      cwd: box.folder,
      env: box.env(),
      stdin: Buffer.from("from a pipe"),
    });
    expect(child.exitCode).toBe(0);
    expect(run([command, "session", "events"]).out).toContain("from a pipe");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("passes %s on", async (signal) => {
    const script = `trap 'exit 7' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
    const child = await wrapped(script);
    child.kill(signal);
    expect(await child.exited).toBe(7);
  });

  test("dies from the same signal as the binary", async () => {
    const child = await wrapped('echo ready; kill -KILL "$PPID"; sleep 0.5');
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
  });

  test("has hooks call the native binary, which starts without Node.js", () => {
    const PATH = `${project}/node_modules/.bin:${process.env["PATH"]}`;
    const { code, out, err } = run(["mm", "hooks", "print", "claude"], { PATH });
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("another program") });
    expect(out).toContain(native);
    expect(out).not.toContain(".bin");
    const install = ["mm", "hooks", "install", "claude", "--dry-run", "--json"];
    expect(run(install, { PATH }).code).toBe(0);
    expect(realpathSync(native)).toBe(native);
  });
});

test("without the package of the platform it says so", () => {
  const folder = `${box.folder}/alone`;
  mkdirSync(`${folder}/bin`, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{"name":"@mm-sessions/mm"}');
  writeFileSync(`${folder}/bin/mm.cjs`, readFileSync(`${ROOT}/packaging/npm-shim.cjs`));
  expect(run(["node", `${folder}/bin/mm.cjs`, "--version"])).toEqual({
    code: 1,
    out: "",
    err: expect.stringContaining(`error: the package @mm-sessions/mm-${process.platform}`),
  });
});
