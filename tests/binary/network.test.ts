import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { commandsBelow } from "../../docs/commands.ts";
import root from "../../src/commands.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

interface Call {
  readonly words: readonly string[];
  readonly stdin?: string;
}

const START = JSON.stringify({ session_id: "s1", cwd: ".", source: "startup" });

const MCP_CALLS = [
  '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}',
  '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search_sessions","arguments":{"query":"https://example.com"}}}',
  '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"add_note","arguments":{"text":"https://example.com"}}}',
  "",
].join("\n");

/** What each command is called with, so that it does all of its work; a command that isn't here fails the test. */
const CALLS: Readonly<Record<string, readonly Call[]>> = {
  "session start": [
    { words: ["-a", "codex", "-t", "see https://example.com"] },
    { words: ["--idempotent", "--auto-end-stale", "0s", "-a", "gemini-cli", "--json"] },
    { words: ["-a", "ci", "--external-id", "https://example.com/job/1"] },
  ],
  "session end": [{ words: ["--auto"] }, { words: ["nothing"] }],
  "session list": [{ words: ["--since", "7d"] }],
  "session show": [{ words: ["last", "--full"] }],
  "session events": [{ words: ["--json"] }],
  "session rename": [{ words: ["last", "https://example.com"] }],
  "session export": [{ words: ["--all", "--format", "jsonl", "-o", "kept.jsonl"] }],
  "session import": [{ words: ["kept.jsonl"] }, { words: ["https://example.com/kept.jsonl"] }],
  "session wrap": [{ words: ["--", "true"] }, { words: ["--", "no-such-program"] }],
  "activity log": [{ words: ["-c", "https://example.com"] }, { words: ["-c", "-"], stdin: "text" }],
  hook: [
    { words: ["claude", "SessionStart"], stdin: START },
    { words: ["claude", "UserPromptSubmit"], stdin: '{"session_id":"s1","prompt":"hi"}' },
    { words: ["claude", "SessionEnd"], stdin: '{"session_id":"s1","reason":"other"}' },
  ],
  "hooks install": [{ words: ["claude", "codex", "opencode", "--yes", "--context"] }],
  "hooks uninstall": [{ words: ["claude"] }],
  "hooks status": [{ words: [] }],
  "hooks print": [{ words: ["gemini"] }],
  mcp: [{ words: ["--this-project"], stdin: MCP_CALLS }],
  "mcp install": [{ words: ["claude", "codex", "--yes"] }],
  "mcp uninstall": [{ words: ["claude"] }],
  "mcp status": [{ words: [] }],
  "mcp print": [{ words: ["gemini"] }],
  "project move": [{ words: ["/gone", "."] }, { words: ["https://example.com", "."] }],
  stats: [{ words: ["--by", "project"] }],
  "stats hooks": [{ words: ["--since", "7d"] }],
  "session delete": [{ words: ["nothing"] }],
  gc: [{ words: ["--older-than", "0s", "--max-size", "1MB", "--yes"] }],
  redact: [{ words: ["--rescan", "--dry-run"] }, { words: ["--rescan"] }],
  resume: [{ words: ["last", "--print"] }, { words: ["last", "--with", "codex", "--print"] }],
  wait: [{ words: ["last", "--timeout", "1s"] }, { words: ["nothing"] }],
  note: [{ words: ["https://example.com"] }],
  backfill: [{ words: ["--dry-run"] }, { words: [] }],
  import: [{ words: ["nothing.jsonl"] }, { words: ["https://example.com/a.jsonl"] }],
  "stats tokens": [{ words: [] }],
  "stats cost": [{ words: ["--prices"] }, { words: ["--by", "model"] }],
  "config list": [{ words: [] }],
  "config get": [{ words: ["gc"] }],
  "config set": [{ words: ["prompts", "https://example.com"] }],
  "config unset": [{ words: ["prompts"] }],
  // What it does instead of nothing is tested below.
  web: [{ words: ["--port", "x"] }],
  // Without a server in the settings. What they do with one is tested with a real one.
  "sync init": [{ words: ["--print-sql"] }, { words: ["https://example.com"] }],
  "sync push": [{ words: ["--dry-run"] }, { words: [] }],
  "sync pull": [{ words: [] }],
  "sync status": [{ words: [] }],
  "sync forget": [{ words: ["10f61155", "--yes"] }],
  "sync adopt": [{ words: [] }],
  "sync new": [{ words: [] }],
  context: [{ words: ["--explain"] }, { words: ["--for", "codex", "--session", "last"] }],
  ps: [{ words: [] }, { words: ["--format", "{agent}"] }],
  search: [{ words: ["parser"] }, { words: ["parser", "--json"] }],
  why: [{ words: ["https://example.com:1"] }, { words: ["--commit", "HEAD"] }],
  doctor: [{ words: ["--fix"] }, { words: ["--json"] }],
  completion: [{ words: ["bash"] }],
  upgrade: [{ words: [] }, { words: ["--json"] }],
  help: [{ words: ["session", "start"] }],
};

/** What leads to no command of the tree. */
const OTHERS: readonly (readonly string[])[] = [
  [],
  ["--version"],
  ["--help"],
  ["sesion"],
  ["session", "start", "--nope"],
  ["__complete", "zsh", "--", "mm", "session", "end", ""],
];

const box = new Sandbox();

beforeAll(() => {
  // Agents that are installed on this machine are none of ours.
  mkdirSync(`${box.folder}/bin`);
  symlinkSync(Bun.which("true") ?? "", `${box.folder}/bin/true`);
  // A project with a remote, which hooks look at.
  mkdirSync(`${box.folder}/.git`);
  writeFileSync(`${box.folder}/.git/HEAD`, "ref: refs/heads/main\n");
  const remote = '[remote "origin"]\n\turl = https://example.com/a/b.git\n';
  writeFileSync(`${box.folder}/.git/config`, remote);
});
afterAll(() => box[Symbol.dispose]());

/** The sockets that a program and those that it starts ask for, and all they do to reach somebody. */
async function traffic(program: readonly string[], stdin = ""): Promise<string[]> {
  const log = `${box.folder}/strace.log`;
  const strace = Bun.which("strace") ?? "strace";
  const traced = [strace, "-f", "-qq", "-e", "trace=network", "-e", "signal=none", "-o", log];
  const child = Bun.spawn([...traced, ...program], {
    env: box.env({ PATH: `${box.folder}/bin`, HTTPS_PROXY: "http://127.0.0.1:9" }),
    cwd: box.folder,
    stdin: new Blob([stdin]),
    stdout: "ignore",
    stderr: "ignore",
  });
  await child.exited;
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => /\b(socket|connect|bind|listen|sendto|sendmsg|sendmmsg)\(/u.test(line));
}

describe("the network is touched by no command but `mm web` and, with a server, `mm sync`", () => {
  const testTraced = needs("strace");

  test("every command is tried", async () => {
    const names = (await commandsBelow([], root)).map(({ path }) => path.join(" "));
    expect(Object.keys(CALLS).sort()).toEqual(names.sort());
  });

  testTraced("and a program that does touch it is caught", async () => {
    const fetches = "await fetch('http://127.0.0.1:9').catch(() => 0)";
    const seen = await traffic([process.execPath, "-e", fetches]);
    expect(seen.join("\n")).toContain("sin_port=htons(9)");
  });

  const calls = Object.entries(CALLS).flatMap(([name, all]) =>
    all.map(({ words, stdin }) => [[...name.split(" "), ...words], stdin] as const),
  );
  testTraced.each([...calls, ...OTHERS.map((words) => [words, undefined] as const)])(
    "mm %j",
    async (words, stdin) => {
      expect(await traffic([BINARY, ...words], stdin)).toEqual([]);
    },
  );

  testTraced("mm web listens on 127.0.0.1, and reaches nobody", async () => {
    const seen = await traffic([BINARY, "web", "--idle", "1s"]);
    const calls = seen.map((line) => line.replace(/^\d+ +/u, "").replace(/ += \d+$/u, ""));
    expect(calls).toEqual([
      expect.stringMatching(/^socket\(AF_INET, SOCK_STREAM/u),
      expect.stringMatching(
        /^bind\(\d+, \{sa_family=AF_INET, sin_port=htons\(2\d{4}\), sin_addr=inet_addr\("127\.0\.0\.1"\)\}, 16\)$/u,
      ),
      expect.stringMatching(/^listen\(\d+, \d+\)$/u),
    ]);
  });
});
