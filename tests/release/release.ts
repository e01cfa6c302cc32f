import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { stagedBinary } from "../../packaging/stage.ts";
import { archiveName, nativeTarget, type Target } from "../../packaging/targets.ts";
import { signatureProblems } from "../../packaging/verify-signature.ts";
import { kindOf } from "./kind.ts";
import { type Machine, machineFor, NotHere } from "./machines.ts";
import { everyTarget, makeRelease, plantedRuntimes, RELEASE, unpack, WORKPLACE } from "./made.ts";

// Not named like a test: it makes two whole releases, and downloads what runs them. `bun run test:release` runs it.

setDefaultTimeout(3_600_000);

const report = new Map<string, { run: string; checked: string }>();
let sums = "";

beforeAll(() => {
  sums = makeRelease("first");
});
afterAll(() => {
  const size = (name: string) => Bun.file(name).size / 1e6;
  console.log("\n| target | MB | archive MB | run here | checked |\n|---|---|---|---|---|");
  for (const [name, target] of everyTarget()) {
    const { run, checked } = report.get(name) ?? { run: "not run: see above", checked: "" };
    const binary = size(stagedBinary(`${WORKPLACE}/first/stage`, target)).toFixed(1);
    const archive = size(`${RELEASE}/${archiveName(target, VERSION)}`).toFixed(1);
    console.log(`| ${name} | ${binary} | ${archive} | ${run} | ${checked} |`);
  }
  console.log(`\n${sums}`);
  rmSync(WORKPLACE, { recursive: true, force: true });
});

/** A call of the program on its machine, in a home that is fresh before the first call. */
function call(machine: Machine, program: string, argv: readonly string[]) {
  const { PATH, HOME } = process.env;
  const { exitCode, stdout, stderr } = Bun.spawnSync([...machine.prefix, program, ...argv], {
    cwd: WORKPLACE,
    env: { PATH, HOME, ...machine.env, MM_HOME: machine.home },
  });
  const [out, err] = [stdout, stderr].map((text) => text.toString().replaceAll("\r\n", "\n"));
  return { exitCode, out: out ?? "", err: err ?? "" };
}

/** A version, a start, a resume, an event, a list. */
function tryOut(machine: Machine, program: string): void {
  const json = (...argv: string[]) => {
    const { exitCode, out, err } = call(machine, program, [...argv, "--json"]);
    expect({ argv, exitCode, err }).toMatchObject({ argv, exitCode: 0 });
    return JSON.parse(out);
  };
  expect(call(machine, program, ["--version"])).toMatchObject({
    exitCode: 0,
    out: `mm ${VERSION}\n`,
  });
  const started = json("session", "start", "--idempotent", "--agent-id", "release");
  expect(started).toMatchObject({ resumed: false });
  const resumed = json("session", "start", "--idempotent", "--agent-id", "release");
  expect(resumed).toMatchObject({ resumed: true, session_id: started.session_id });
  json("activity", "log", "--content", "tried out");
  expect(json("session", "list")).toMatchObject({
    count: 1,
    sessions: [{ id: started.session_id, agent_id: "release", event_count: 1, status: "active" }],
  });
  expect(json("session", "events").events).toMatchObject([{ content: "tried out" }]);
}

function tried(target: Target, program: string): string {
  try {
    const machine = machineFor(target, `${WORKPLACE}/machine-${target.name}`, program);
    tryOut(machine, program);
    return `ran: ${machine.how}`;
  } catch (error) {
    if (error instanceof NotHere) return `not run: ${error.message}`;
    throw error;
  }
}

describe("the release", () => {
  test("has the same bytes when it is made again, whatever lies in the working directory", () => {
    expect(makeRelease("second", plantedRuntimes())).toBe(sums);
    rmSync(`${WORKPLACE}/second`, { recursive: true });
  });

  test("is what its sums say", () => {
    const { exitCode, stderr } = Bun.spawnSync(["sha256sum", "--quiet", "-c", "SHA256SUMS"], {
      cwd: RELEASE,
    });
    expect({ exitCode, err: stderr.toString() }).toEqual({ exitCode: 0, err: "" });
  });

  test("has a formula and a Scoop manifest whose every sum is that of the file named", () => {
    const lines = sums
      .trim()
      .split("\n")
      .map((line) => line.split("  "));
    const known = new Map(lines.map(([sum = "", name = ""]) => [name, sum]));
    const formula = readFileSync(`${RELEASE}/mm.rb`, "utf8");
    const pairs = [...formula.matchAll(/url "[^"]*\/(?<name>[^/"]+)"\s+sha256 "(?<sum>\w+)"/gu)];
    expect(pairs).toHaveLength(4);
    const scoop = JSON.parse(readFileSync(`${RELEASE}/mm.json`, "utf8"));
    const named = [
      ...pairs.map(({ groups }) => [groups?.["name"] ?? "", groups?.["sum"] ?? ""] as const),
      ...Object.values<{ url: string; hash: string }>(scoop.architecture).map(
        ({ url, hash }) => [url.split("/").at(-1) ?? "", hash] as const,
      ),
    ];
    expect(named).toHaveLength(6);
    for (const [name, sum] of named)
      expect({ name, sum }).toEqual({ name, sum: known.get(name) ?? "" });
  });
});

describe("the binary of", () => {
  test.each(everyTarget())(
    "%s is of its kind, signed where it must be, and runs",
    (name, target) => {
      const program = unpack(target);
      const bytes = readFileSync(program);
      expect(kindOf(bytes)).toBe(name);
      if (target.os === "darwin") expect(signatureProblems(bytes)).toEqual([]);
      const signed = target.os === "darwin" ? ", every page of its signature" : "";
      report.set(name, { run: "failed", checked: `header, parts, sum, same bytes twice${signed}` });
      const run = tried(target, program);
      report.set(name, { run, checked: report.get(name)?.checked ?? "" });
    },
  );
});

describe("on this machine", () => {
  const target = nativeTarget();
  if (target === undefined) throw new Error("this machine has no release");

  test("the unpacked binary stands all that a hostile place does to it", () => {
    const { exitCode, stderr } = Bun.spawnSync(
      [process.execPath, "test", "tests/binary/hostile.test.ts", "tests/binary/places.test.ts"],
      { cwd: ROOT, env: { ...process.env, MM_TEST_BINARY: unpack(target) } },
    );
    const lines = stderr.toString().trim().split("\n");
    console.log(lines.slice(-4).join("\n"));
    const failed = lines.filter((line) => line.startsWith("(fail)"));
    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
  });

  test("the npm packages give a working mm, with no network", () => {
    const folder = `${WORKPLACE}/npm`;
    const files = ["", `-${target.name}`].map((suffix) => `mm-sessions-mm${suffix}-${VERSION}.tgz`);
    const packages = files.map((file) => `${RELEASE}/npm/${file}`);
    const { exitCode, stderr } = Bun.spawnSync(
      ["npm", "install", "--global", "--offline", "--prefix", folder, ...packages],
      { cwd: WORKPLACE, env: { ...process.env, npm_config_cache: `${WORKPLACE}/cache` } },
    );
    expect({ exitCode, err: exitCode === 0 ? "" : stderr.toString() }).toEqual({
      exitCode: 0,
      err: "",
    });
    const machine = { how: "", prefix: [], env: {}, home: `${WORKPLACE}/npm home` };
    tryOut(machine, `${folder}/bin/mm`);
  });

  test("the install script installs it from a mirror", () => {
    const folder = `${WORKPLACE}/installed`;
    const env = { ...process.env, MM_BASE_URL: `file://${RELEASE}`, MM_INSTALL_DIR: folder };
    const { exitCode, stderr } = Bun.spawnSync(["sh", `${RELEASE}/install.sh`], { env });
    expect({ exitCode, err: exitCode === 0 ? "" : stderr.toString() }).toEqual({
      exitCode: 0,
      err: "",
    });
    const machine = { how: "", prefix: [], env: {}, home: `${WORKPLACE}/installed home` };
    tryOut(machine, `${folder}/mm`);
  });
});
