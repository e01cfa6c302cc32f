import { describe, expect, test } from "bun:test";
import { AGENT_NAMES } from "../../../src/agents/agents.ts";
import { HOOKS } from "../../../src/agents/hooks.ts";
import { detectCaller } from "../../../src/agents/wire/caller.ts";
import { decodeHook } from "../../../src/agents/wire/decode.ts";
import type { Env } from "../../../src/settings/environment.ts";
import { SAMPLES, sample } from "./samples.ts";

/** What agents hand down to the programs in their shells. */
const INHERITED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nothing: {},
  claude: {
    CLAUDECODE: "1",
    CLAUDE_CODE_SESSION_ID: "another",
    CLAUDE_PROJECT_DIR: "/elsewhere",
    CLAUDE_CODE_ENTRYPOINT: "cli",
  },
  copilot: { COPILOT_CLI: "1", COPILOT_PROJECT_DIR: "/w", CLAUDE_PROJECT_DIR: "/w" },
  gemini: { GEMINI_SESSION_ID: "another", GEMINI_PROJECT_DIR: "/w", CLAUDE_PROJECT_DIR: "/w" },
  qwen: { QWEN_PROJECT_DIR: "/w", GEMINI_PROJECT_DIR: "/w", CLAUDE_PROJECT_DIR: "/w" },
  cursor: { CURSOR_VERSION: "3.2.1", CURSOR_PROJECT_DIR: "/w", CLAUDE_PROJECT_DIR: "/w" },
  droid: { FACTORY_PROJECT_DIR: "/w" },
};
const EVERYTHING = Object.assign({}, ...Object.values(INHERITED)) as Record<string, string>;
const ENVIRONMENTS = Object.entries({ ...INHERITED, everything: EVERYTHING });

describe.each(ENVIRONMENTS)("having inherited from %s", (_, env) => {
  test.each(["claude", "copilot"] as const)("every sample is told apart under %s", (named) => {
    for (const { agent, name, payload } of SAMPLES) {
      expect(`${name}: ${detectCaller(named, payload, env)}`).toBe(`${name}: ${agent}`);
    }
  });

  test("every sample is told apart under generic, where a client is named at all", () => {
    for (const { agent, name, payload } of SAMPLES) {
      expect(`${name}: ${detectCaller("generic", payload, env)}`).toBe(`${name}: ${agent}`);
    }
  });

  test("every sample keeps the client of its own command line", () => {
    for (const { agent, name, payload } of SAMPLES) {
      expect(`${name}: ${detectCaller(agent, payload, env)}`).toBe(`${name}: ${agent}`);
    }
  });

  test.each([...AGENT_NAMES])("no payload of Claude is taken for %s", (agent) => {
    const claudes = SAMPLES.filter((each) => each.agent === "claude");
    expect(claudes.length).toBeGreaterThan(10);
    for (const { payload } of claudes) {
      expect(detectCaller(agent, payload, env)).toBe("claude");
      const moved = { ...payload, transcript_path: "/x/cfg/projects/-w/s.jsonl", session_id: "s" };
      expect(detectCaller("claude", moved, env)).toBe("claude");
      const { transcript_path: _, ...bare } = payload;
      expect(detectCaller("claude", bare, env)).toBe("claude");
    }
  });
});

test("no payload is signed by two agents, or of the shape of two", () => {
  for (const { agent, name, payload } of SAMPLES) {
    const signed = AGENT_NAMES.filter((agent) => HOOKS[agent].isSigned?.(payload));
    const shaped = AGENT_NAMES.filter((agent) => HOOKS[agent].isShaped?.(payload));
    const claims = signed.length > 0 ? signed : shaped;
    expect(claims, `${agent}/${name}`).toEqual(claims.length > 0 ? [agent] : []);
  }
});

const AT = "2026-11-22T11:10:03.756Z";

describe("a payload without a transcript in a known place", () => {
  const rows: [string, string, object, Env, string][] = [
    ["Copilot in Claude's dialect", "claude", { timestamp: AT }, {}, "copilot"],
    ["the same, from Claude's shell", "claude", { timestamp: AT }, EVERYTHING, "copilot"],
    ["the same for another program", "generic", { timestamp: AT }, {}, "generic"],
    ["unless Copilot is around", "generic", { timestamp: AT }, { COPILOT_CLI: "1" }, "copilot"],
    ["or the prompt is its", "generic", { timestamp: AT, initial_prompt: "x" }, {}, "copilot"],
    [
      "Copilot with a moved home",
      "claude",
      { timestamp: AT, transcript_path: "/x/session-state/s/events.jsonl" },
      { COPILOT_CLI: "1" },
      "copilot",
    ],
    [
      "Gemini elsewhere",
      "claude",
      { timestamp: AT, transcript_path: "/x/chats/s.jsonl" },
      {},
      "gemini",
    ],
    [
      "Qwen elsewhere",
      "claude",
      { timestamp: AT, transcript_path: "/x/chats/s.jsonl", permission_mode: "yolo" },
      {},
      "qwen",
    ],
    ["Gemini by its session", "generic", { timestamp: AT }, { GEMINI_SESSION_ID: "s" }, "gemini"],
    ["Claude by its session", "generic", {}, { CLAUDE_CODE_SESSION_ID: "s" }, "claude"],
    ["another program in Claude's shell", "generic", {}, INHERITED["claude"] ?? {}, "generic"],
    ["a turn of Codex", "claude", { turn_id: "t" }, {}, "codex"],
    ["a rollout of Codex", "claude", { transcript_path: "/x/rollout-2026-s.jsonl" }, {}, "codex"],
    ["a mode of Droid", "claude", { permission_mode: "spec" }, {}, "droid"],
    ["a mode of Claude", "claude", { permission_mode: "plan" }, EVERYTHING, "claude"],
    [
      "camel case without a time",
      "claude",
      { session_id: undefined, sessionId: "s" },
      {},
      "copilot",
    ],
    [
      "VS Code, whatever its times look like",
      "generic",
      { session_id: undefined, sessionId: "s", hookEventName: "Stop", timestamp: Date.parse(AT) },
      {},
      "vscode",
    ],
    ["a conversation of no one", "generic", { conversation_id: "c" }, {}, "generic"],
    ["Codex trusted by its argv", "codex", { transcript_path: null }, EVERYTHING, "codex"],
  ];
  test.each(rows)("%s", (_, named, payload, env, caller) => {
    const whole = { session_id: "s", cwd: "/w", hook_event_name: "Stop", ...payload };
    expect(detectCaller(named as "claude", whole, env) as string).toBe(caller);
  });

  test("the last folder of a home on the way counts, on Windows too", () => {
    const caller = (transcript_path: string) => detectCaller("generic", { transcript_path }, {});
    expect(caller("/home/u/.codex/box/.claude/sessions/a.jsonl")).toBe("claude");
    expect(caller("C:\\Users\\u\\.gemini\\tmp\\w\\chats\\a.jsonl")).toBe("gemini");
    expect(caller("/home/u/constructor/a.jsonl")).toBe("generic");
    expect(caller(`/.claude/${"x".repeat(5000)}`)).toBe("generic");
    const moved = { session_id: "s", transcript_path: "/home/u/.codex/cfg/projects/-w/s.jsonl" };
    expect(detectCaller("claude", moved, {})).toBe("claude");
    const droids = { session_id: "s", transcript_path: "/home/u/.factory/projects/w/s.jsonl" };
    expect(detectCaller("claude", droids, {})).toBe("droid");
  });
});

describe("what the environment adds", () => {
  const start = { hook_event_name: "SessionStart" };
  const env = {
    CLAUDE_CODE_SESSION_ID: "from-claude",
    GEMINI_SESSION_ID: "from-gemini",
    CLAUDE_PROJECT_DIR: "/claude",
    GEMINI_PROJECT_DIR: "/gemini",
    COPILOT_PROJECT_DIR: "/copilot",
    CURSOR_PROJECT_DIR: "/cursor",
    COPILOT_CLI_BINARY_VERSION: "1.0.102",
  };

  test("a session id, only to the client whose it is and only where the payload has none", async () => {
    const idOf = async (agent: "claude" | "gemini" | "codex" | "generic", payload = {}) =>
      (await decodeHook(agent, "session-start", { ...start, ...payload }, env))?.externalId;
    expect(await idOf("claude")).toBe("from-claude");
    expect(await idOf("gemini")).toBe("from-gemini");
    expect(await idOf("codex")).toBeUndefined();
    expect(await idOf("generic")).toBeUndefined();
    expect(await idOf("claude", { session_id: "own" })).toBe("own");
    expect(await idOf("claude", { session_id: ["not", "an", "id"] })).toBeUndefined();
    expect(await decodeHook("claude", "session-start", {}, {})).toBeNull();
  });

  test("a folder and a version, each from the client's own variables", async () => {
    const { cwd: _, ...copilot } = sample("copilot", "session-start-new");
    expect(await decodeHook("claude", "SessionStart", copilot, env)).toMatchObject({
      agent: "copilot",
      agentEvent: "sessionStart",
      cwd: "/copilot",
      agentVersion: "1.0.102",
    });
    const cwdOf = async (agent: "claude" | "codex" | "gemini" | "cursor") =>
      (await decodeHook(agent, "session-start", { session_id: "s" }, env))?.cwd;
    expect(await cwdOf("claude")).toBe("/claude");
    expect(await cwdOf("gemini")).toBe("/gemini");
    expect(await cwdOf("cursor")).toBe("/cursor");
    expect(await cwdOf("codex")).toBeNull();
  });
});

test("a word that is no client's has no events", async () => {
  const payload = sample("claude", "session-start-startup");
  for (const word of ["", "Claude", "toString", "claude-code"]) {
    expect(await decodeHook(word, "session-start", payload, {})).toBeNull();
  }
});
