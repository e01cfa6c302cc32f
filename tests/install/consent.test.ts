import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { AGENTS } from "../../src/agents/agents.ts";
import { type Capture, loadSettings } from "../../src/settings/settings.ts";
import { Machine } from "../support/machine.ts";

describe("who is asked", () => {
  test("nobody without a terminal: --yes must be said, and nothing is touched", async () => {
    using machine = new Machine();
    const { code, out, err } = await machine.mm("hooks", "install", "claude");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toStartWith(
      "mm: installing hooks needs a yes\n  hint: say --yes where nobody can be asked, or --dry-run to see what it would do\n",
    );
    expect(readdirSync(machine.userHome)).toEqual([]);
    expect(machine.files()).toEqual([]);
  });

  test("a person is told what will be recorded", async () => {
    using machine = new Machine();
    machine.answers = false;
    const declined = await machine.mm("hooks", "install", "claude", "codex");
    expect(declined.code).toBe(1);
    expect(declined.err).toContain(`Claude Code: ${machine.claudeSettings}`);
    expect(declined.err).toContain("To record less: --capture none, or --events sessions.");
    expect(declined.err).toContain("mm: nothing was changed\n");
    expect(readdirSync(machine.userHome)).toEqual([]);
    machine.answers = true;
    expect(await machine.mm("hooks", "install", "claude")).toMatchObject({ code: 0 });
    expect(existsSync(machine.claudeSettings)).toBe(true);
  });

  test("nobody when there is nothing to do", async () => {
    using machine = new Machine();
    await machine.install("claude");
    expect(await machine.mm("hooks", "install", "claude")).toMatchObject({ code: 0 });
  });
});

describe("which clients", () => {
  test("those that are found: by folder or by program, supported ones only", async () => {
    using machine = new Machine();
    mkdirSync(`${machine.userHome}/.codex`);
    mkdirSync(`${machine.userHome}/.cursor`);
    machine.addProgram("gemini");
    const { out } = await machine.install("--json");
    expect(JSON.parse(out).clients.map(({ client }: { client: string }) => client)).toEqual([
      "codex",
      "gemini",
    ]);
  });

  test("none is found", async () => {
    using machine = new Machine();
    expect(await machine.mm("hooks", "install", "--yes")).toMatchObject({
      code: 1,
      err: "mm: found no agent to install hooks for\n  hint: name one: `mm hooks status` lists them\n",
    });
  });

  test("a name that nobody has, and one that takes nothing", async () => {
    using machine = new Machine();
    const unknown = await machine.mm("hooks", "install", "claud", "--yes");
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toStartWith("mm: unknown agent 'claud'\n  hint: did you mean claude?\n");
    const none = await machine.mm("hooks", "install", "vscode", "--yes");
    expect(none).toMatchObject({ code: 1, out: "" });
    expect(none.err).toContain("VS Code reads the hooks of claude and copilot");
  });

  test("claude is refused while its plugin is on", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, '{"enabledPlugins":{"mm@mm":true}}');
    machine.addProgram("codex");
    const refused = await machine.mm("hooks", "install", "claude", "--yes");
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain(`the plugin mm@mm is enabled in ${machine.claudeSettings}`);
    const rest = await machine.install("--json");
    expect(JSON.parse(rest.out).clients).toHaveLength(1);
    machine.put(machine.claudeSettings, '{"enabledPlugins":{"mm@mm":false,"xmm@mm":true}}');
    await machine.install("claude");
  });

  test("every client is planned before any is written", async () => {
    using machine = new Machine();
    machine.put(`${machine.userHome}/.codex/hooks.json`, "{");
    expect(await machine.mm("hooks", "install", "claude", "codex", "--yes")).toMatchObject({
      code: 1,
    });
    expect(existsSync(machine.claudeSettings)).toBe(false);
  });
});

test("--dry-run shows the change and makes none", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, '{\n  "model": "opus"\n}');
  const { out } = await machine.hooks(
    "install",
    "claude",
    "codex",
    "--dry-run",
    "--events=sessions",
  );
  expect(out).toStartWith(`--- a${machine.claudeSettings}
+++ b${machine.claudeSettings}
@@ -1,3 +1,27 @@
 {
-  "model": "opus"
+  "model": "opus",
+  "hooks": {
+    "SessionStart": [
`);
  expect(out).toContain("\n }\n\\ No newline at end of file\n--- /dev/null\n+++ b");
  expect(machine.read(machine.claudeSettings)).toBe('{\n  "model": "opus"\n}');
  expect(readdirSync(machine.userHome)).toEqual([".claude"]);
  expect(machine.files()).toEqual([]);
});

test("the JSON document", async () => {
  using machine = new Machine();
  const { out } = await machine.install(
    "codex",
    "--events=sessions",
    "--context",
    "--capture=full",
    "--json",
  );
  expect(JSON.parse(out)).toEqual({
    dry_run: false,
    clients: [
      {
        client: "codex",
        support: AGENTS.codex.support,
        scope: "user",
        file: `${machine.userHome}/.codex/hooks.json`,
        status: "added",
        events: ["SessionStart", "SessionEnd"],
        left_out: [],
        next_steps: [
          'start codex and choose "Trust all and continue" (later: /hooks); until then it runs no hook, and codex exec does not say so',
        ],
      },
    ],
    capture: "full",
    context: true,
  });
});

describe("mm.json", () => {
  test("keeps what else is in it", async () => {
    using machine = new Machine();
    machine.makeHome({ "mm.json": '{\n\t"stale": "7d",\n\t"capture": "full"\n}\n' });
    await machine.install("claude", "--capture=none", "--context", "--events=sessions");
    const path = `${machine.home}/mm.json`;
    expect(machine.read(path)).toBe(
      '{\n\t"stale": "7d",\n\t"capture": "none",\n\t"context": true\n}\n',
    );
    await machine.install("claude", "--no-context");
    expect(JSON.parse(machine.read(path))).toEqual({
      stale: "7d",
      capture: "none",
      context: false,
      prompts: ["claude"],
    });
    await machine.hooks("uninstall", "claude");
    expect(machine.read(path)).toBe('{\n\t"stale": "7d",\n\t"capture": "full"\n}\n');
  });

  test.each([
    ["{}", "summary"],
    ['{"capture":"full"}', "full"],
    ['{"capture":"loud"}', "none"],
  ])("with %s, what is said to be kept is what hooks keep", async (text, kept) => {
    using machine = new Machine();
    machine.makeHome({ "mm.json": text });
    const { out } = await machine.install("claude");
    expect(out).toContain(`Capture: ${kept}\n`);
    const settings = await loadSettings(machine.home, () => undefined);
    expect(settings.capture).toBe(kept as Capture);
  });

  test("is made private, and refused where it can't be read", async () => {
    using machine = new Machine();
    await machine.install("claude", "--capture=none");
    expect(statSync(`${machine.home}/mm.json`).mode & 0o777).toBe(0o600);
    expect(statSync(`${machine.home}/hooks`).mode & 0o777).toBe(0o700);
    machine.put(`${machine.home}/mm.json`, "[]");
    const { code, err } = await machine.mm("hooks", "install", "codex", "--yes");
    expect(code).toBe(1);
    expect(err).toContain("mm.json: it is not an object");
    expect(existsSync(`${machine.userHome}/.codex`)).toBe(false);
  });
});
