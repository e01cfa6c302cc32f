import { expect, test } from "bun:test";
import { AGENT_NAMES } from "../../src/agents/agents.ts";
import { resumeCommand as commandOf } from "../../src/agents/resume.ts";

const resumeCommand = (agent: string | null, externalId: string | null, cwd: string | null) =>
  commandOf({ agent, externalId, cwd, transcript: null });

test("each client has its own, or none that is known", () => {
  const commands = AGENT_NAMES.map((agent) => [agent, resumeCommand(agent, "a-1", null)]);
  expect(Object.fromEntries(commands)).toEqual({
    claude: "claude --resume a-1",
    codex: "codex resume a-1",
    gemini: "gemini --resume a-1",
    copilot: "copilot --resume=a-1",
    qwen: "qwen --resume a-1",
    opencode: "opencode --session a-1",
    cursor: null,
    vscode: null,
    droid: "droid --resume a-1",
    kimi: "kimi --session a-1",
    windsurf: null,
    cline: null,
    amp: null,
  });
  expect(resumeCommand(null, "a", null)).toBeNull();
  expect(resumeCommand("generic", "a", null)).toBeNull();
  expect(resumeCommand("toString", "a", null)).toBeNull();
  expect(resumeCommand("claude", null, "/w")).toBeNull();
});

test("in the folder in which it ran", () => {
  expect(resumeCommand("claude", "a", "/w/my app")).toBe("cd '/w/my app' && claude --resume a");
  expect(resumeCommand("claude", "a", "C:\\w")).toBe("claude --resume a");
});

test("nothing that could be an option or can't be shown", () => {
  for (const id of ["", "-p", "--dangerously-skip-permissions", "a\nb", "a\x1b[31m"]) {
    expect(resumeCommand("claude", id, null)).toBeNull();
  }
  expect(resumeCommand("claude", "a", "/w\nrm")).toBeNull();
});

test("a shell takes the id as one word, whatever is in it", () => {
  for (const id of [
    "a b",
    "$(touch x)",
    "`id`",
    "it's",
    '"',
    "a;b",
    "*",
    "~",
    "é日",
    "\\",
    "a&&b",
  ]) {
    const command = resumeCommand("claude", id, null) ?? "";
    const script = `claude() { printf '%s|' "$@"; }; ${command}`;
    expect(Bun.spawnSync(["sh", "-c", script]).stdout.toString()).toBe(`--resume|${id}|`);
  }
});

test("none for a session of which only the prompts are left", () => {
  const session = { agent: "claude", externalId: "a", cwd: null };
  expect(commandOf({ ...session, transcript: "/h/.claude/history.jsonl" })).toBeNull();
  expect(commandOf({ ...session, transcript: "/h/.claude/projects/w/a.jsonl" })).not.toBeNull();
});
