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

const box = new Sandbox();
const server = relay(box);
let tree: string;

beforeAll(async () => {
  tree = await fetchTree("protocol", PACKAGES);
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
  const program = "node_modules/@modelcontextprotocol/conformance/dist/index.js";
  const out = await run(program, "server", "--url", server.url, "--scenario", scenario);
  expect(out).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/u);
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
