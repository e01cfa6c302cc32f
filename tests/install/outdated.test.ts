import { describe, expect, test } from "bun:test";
import { Machine } from "../support/machine.ts";

async function problemsOf(machine: Machine, agent: string): Promise<readonly string[]> {
  const { out } = await machine.mm("hooks", "status", agent, "--json");
  return JSON.parse(out).clients[0].problems;
}

describe("hooks of an earlier mm", () => {
  /** Writes the events that one installed, in the entries of today. */
  async function installedBefore(machine: Machine, agent: string, file: string, events: string[]) {
    await machine.install(agent);
    const path = `${machine.userHome}/${file}`;
    const value = JSON.parse(machine.read(path)) as { hooks: Record<string, unknown[]> };
    const text = JSON.stringify(value.hooks["SessionStart"] ?? value.hooks["sessionStart"]);
    value.hooks = Object.fromEntries(
      events.map((event) => [event, JSON.parse(text.replace(/sessionstart/iu, event))]),
    );
    machine.put(path, JSON.stringify(value));
  }

  const TOOLS = ["PostToolUse", "PostToolUseFailure"];
  const COPILOT = ["sessionStart", "sessionEnd", "userPromptSubmitted", "postToolUse", "agentStop"];
  const SESSIONS = ["SessionStart", "SessionEnd"];
  const PROMPTS = [...SESSIONS, "UserPromptSubmit"];
  const CLAUDE = [...PROMPTS, ...TOOLS, "SubagentStart", "SubagentStop", "Stop", "PreCompact"];

  test.each([
    [
      "claude",
      ".claude/settings.json",
      [...CLAUDE, "Notification"],
      ["not installed: StopFailure", "no longer used: PreCompact"],
    ],
    [
      "codex",
      ".codex/hooks.json",
      [...PROMPTS, "Stop"],
      ["not installed: Interrupt, PermissionRequest"],
    ],
    [
      "gemini",
      ".gemini/settings.json",
      [...SESSIONS, "BeforeAgent", "AfterTool"],
      ["not installed: AfterAgent, Notification"],
    ],
    [
      "qwen",
      ".qwen/settings.json",
      [...PROMPTS, ...TOOLS, "Stop"],
      ["not installed: Notification"],
    ],
    [
      "copilot",
      ".copilot/hooks/mm.json",
      COPILOT,
      ["not installed: subagentStart, subagentStop, notification"],
    ],
  ])("of %s are outdated, and an installation renews them", async (agent, file, events, told) => {
    using machine = new Machine();
    machine.addClaude("2.1.330");
    await installedBefore(machine, agent, file, events);
    const renew = `${agent} waits for more calls than it needs to; run: mm hooks install ${agent}`;
    const { code, out } = await machine.mm("hooks", "status", agent);
    expect(code).toBe(0);
    const unfolded = out.replace(/\n {2}(?! )/gu, " ");
    expect(unfolded).toContain(`${agent}: outdated, ${told.join(", and ")}, and ${renew}\n`);
    expect(await problemsOf(machine, agent)).toContain(
      `outdated, ${told.join(", and ")}, and ${renew}`,
    );
    expect((await machine.mm("doctor")).out).toContain(`outdated, ${told.join(", and ")}`);
    await machine.install(agent);
    expect((await machine.mm("hooks", "status", agent)).out).not.toContain("outdated");
    expect((await machine.mm("doctor")).out).not.toContain("outdated");
  });

  test("for which the agent waits are outdated, and an installation renews them", async () => {
    using machine = new Machine();
    const files = {
      gemini: ".gemini/settings.json",
      codex: ".codex/hooks.json",
      copilot: ".copilot/hooks/mm.json",
      kimi: ".kimi-code/config.toml",
    };
    for (const [agent, file] of Object.entries(files)) {
      await machine.install(agent);
      const path = `${machine.userHome}/${file}`;
      const today = machine.read(path);
      const former = today.replace(
        /"(?:exec sh -c '|\{ cat ).*? hook (\w+) (\w+) .*?\|\| true'?"/gu,
        '"mm hook $1 $2 2>/dev/null || true"',
      );
      expect(former).not.toContain("{ cat");
      machine.put(path, former);
      const told = `outdated, ${agent} waits for more calls than it needs to; run: mm hooks install ${agent}`;
      expect(await problemsOf(machine, agent)).toContain(told);
      expect((await machine.mm("doctor")).out).toContain(`${agent} waits for more calls`);
      await machine.install(agent);
      expect(machine.read(path)).toBe(today);
      expect((await problemsOf(machine, agent)).join()).not.toContain("outdated");
      machine.put(path, former);
      await machine.hooks("uninstall", agent);
      expect((await machine.hooks("status", agent)).out).not.toContain("outdated");
    }
  });

  test("of a project are renewed there", async () => {
    using machine = new Machine();
    // Whatever lies in the folders above.
    machine.put(`${machine.folder}/.git/HEAD`, "ref: refs/heads/main\n");
    await machine.install("qwen", "--scope=project");
    const path = `${machine.folder}/.qwen/settings.json`;
    const value = JSON.parse(machine.read(path));
    delete value.hooks.Notification;
    machine.put(path, JSON.stringify(value));
    expect((await problemsOf(machine, "qwen")).join("\n")).toContain(
      "run: mm hooks install qwen --scope project",
    );
  });

  test("of sessions alone aren't, nor what somebody has added", async () => {
    using machine = new Machine();
    await machine.install("gemini", "--events=sessions");
    await machine.install("codex");
    const path = `${machine.userHome}/.codex/hooks.json`;
    const value = JSON.parse(machine.read(path));
    value.hooks.PostToolUse = JSON.parse(
      JSON.stringify(value.hooks.Stop).replace("codex Stop", "codex PostToolUse"),
    );
    machine.put(path, JSON.stringify(value));
    expect((await machine.hooks("status", "gemini", "codex")).out).not.toContain("outdated");
  });
});
