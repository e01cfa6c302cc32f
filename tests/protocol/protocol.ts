import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { fetchTree } from "../clients/packages.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { relay } from "./relay.ts";

// It may have to download first.
setDefaultTimeout(600_000);

// Not named like a test: it downloads what it drives, so it is run by `bun run test:protocol` alone.

const PACKAGES = [
  "@modelcontextprotocol/client@2.4.0",
  "@modelcontextprotocol/conformance@0.1.16",
  "@modelcontextprotocol/inspector@2.12.0",
];

/** Of the conformance tests, the first version that knows 2026-07-28. */
const NEXT = ["@modelcontextprotocol/conformance@0.2.0-alpha.12"];

const CONFORMANCE = "node_modules/@modelcontextprotocol/conformance/dist/index.js";

const box = new Sandbox();
const server = relay(box);
let tree: string;
let next: string;

beforeAll(async () => {
  tree = await fetchTree("protocol", PACKAGES);
  next = await fetchTree("protocol", NEXT);
  // In the usual home, since the inspector hands on nothing of the environment.
  await box.mm(["session", "start", "-t", "the parser"], { env: { MM_HOME: undefined } });
});

afterAll(() => {
  server.stop();
  box[Symbol.dispose]();
});

/** What a program of the packages prints; Bun runs it, since some need more than the oldest Node.js. */
async function run(...words: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, ...words], {
    cwd: tree,
    env: box.env({ MM_HOME: undefined }),
    stdin: "ignore",
    stderr: "pipe",
    timeout: 120_000,
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ words, code: await child.exited, err }).toMatchObject({ code: 0 });
  return out;
}

test.each(["server-initialize", "ping", "tools-list"])("conformance: %s", async (scenario) => {
  const out = await run(CONFORMANCE, "server", "--url", server.url, "--scenario", scenario);
  expect(out).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/u);
});

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** What the conformance tests that know all versions say of one scenario. */
async function checks(scenario: string, version: string): Promise<Check[]> {
  const words = ["--url", server.url, "--scenario", scenario, "--spec-version", version];
  const child = Bun.spawn([process.execPath, CONFORMANCE, "server", ...words, "--verbose"], {
    cwd: next,
    stdin: "ignore",
    stderr: "ignore",
    timeout: 120_000,
  });
  const out = await child.stdout.text();
  await child.exited;
  const [json = "[]"] = /^\[\n[\s\S]*?^\]$/mu.exec(out) ?? [];
  return JSON.parse(json) as Check[];
}

test.each([
  ["server-initialize", "2025-06-18"],
  ["server-initialize", "2025-11-25"],
  ["ping", "2025-06-18"],
  ["ping", "2025-11-25"],
  ["tools-list", "2025-06-18"],
  ["tools-list", "2025-11-25"],
  ["tools-list", "2026-07-28"],
])("conformance, every message by its schema: %s of %s", async (scenario, version) => {
  const all = await checks(scenario, version);
  expect(all.filter(({ status }) => status === "FAILURE" || status === "WARNING")).toEqual([]);
  expect(all.map(({ id }) => id)).toContain("wire-schema-valid");
});

/** Checks of HTTP, of tools that only a server for tests has, and of features that this one doesn't offer. */
const NOT_OURS =
  /-http-|^Not testable|^(?:prompts|resources|resources\/templates)\/list returned JSON-RPC error -32601/u;
/** Without them a request is one of the versions before, in which its method is unknown. */
const OF_OLD = [
  "sep-2575-request-meta-invalid-missing-meta",
  "sep-2575-request-meta-invalid-missing-protocol-version",
];

test.each([
  [
    "server-stateless",
    [
      "sep-2575-request-meta-invalid-missing-client-capabilities",
      "sep-2575-request-meta-client-info-optional",
      "sep-2575-server-implements-discover",
      "sep-2575-server-identifies-in-result-meta",
      "sep-2575-discover-capabilities-match-handlers",
      "sep-2575-server-unsupported-version-error",
      "sep-2575-http-server-error-jsonrpc-id",
    ],
  ],
  [
    "caching",
    [
      "sep-2549-tools-list-caching-hints",
      "sep-2549-ttl-non-negative",
      "sep-2549-cache-scope-valid",
      "wire-schema-valid",
    ],
  ],
])("conformance to 2026-07-28: %s", async (scenario, meant) => {
  const all = await checks(scenario, "2026-07-28");
  const wrong = all.filter(
    ({ id, status, errorMessage = "" }) =>
      status === "FAILURE" &&
      !OF_OLD.includes(id) &&
      ![id, errorMessage].some((text) => NOT_OURS.test(text)),
  );
  expect(wrong).toEqual([]);
  const passed = all.filter(({ status }) => status === "SUCCESS").map(({ id }) => id);
  expect(passed).toEqual(expect.arrayContaining(meant));
});

test.each([
  ["legacy", "2025-11-25"],
  ["auto", "2026-07-28"],
  ["2026-07-28", "2026-07-28"],
])("the official client agrees in the way %s", async (mode, version) => {
  const script = `${tree}/official-client.mjs`;
  copyFileSync(`${import.meta.dir}/official-client.mjs`, script);
  const got = JSON.parse(await run(script, BINARY, mode)) as { text: string };
  expect(got).toMatchObject({ version, tools: 3 });
  expect(got.text).toContain('"the parser"');
});

test("the inspector lists the tools and calls one", async () => {
  const inspector = ["node_modules/.bin/mcp-inspector", "--cli", BINARY, "mcp", "--method"];
  const listed = JSON.parse(await run(...inspector, "tools/list")) as { tools: unknown[] };
  expect(listed.tools).toHaveLength(3);
  const call = ["tools/call", "--tool-name", "search_sessions", "--tool-arg", "project=*"];
  expect(await run(...inspector, ...call)).toContain("the parser");
});
