import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { AGENT_NAMES } from "../../src/agents/agents.ts";
import { Machine } from "../support/machine.ts";

const LONG_STANDING = [
  "SessionStart",
  "SessionEnd",
  "UserPromptSubmit",
  "PostToolUse",
  "SubagentStop",
  "Stop",
  "Notification",
];

/** The commands in a settings file, by event. */
function commandsIn(text: string): Record<string, unknown[]> {
  const { hooks } = JSON.parse(text) as { hooks: Record<string, { hooks?: unknown[] }[]> };
  const entries = Object.entries(hooks).map(([event, list]) => [
    event,
    list.flatMap((group) => group.hooks ?? [group]),
  ]);
  return Object.fromEntries(entries);
}

describe("what stands in the settings", () => {
  test("claude", async () => {
    using machine = new Machine();
    machine.addClaude("2.1.330");
    await machine.install("claude");
    const environment = `BUN_BE_BUN= BUN_OPTIONS= MM_HOME='${machine.home}'`;
    const call = `'${machine.folder}/bin/mm' hook claude`;
    const command = (event: string) =>
      event === "SessionStart" || event === "SessionEnd"
        ? `${environment} ${call} ${event} 2>/dev/null || true`
        : `{ cat | { { trap '' HUP INT QUIT TERM; ${environment} exec ${call} ${event} "$PPID"; } <&3 >/dev/null & } 3<&0; } 2>/dev/null || true`;
    const entry = (event: string) => ({
      type: "command",
      command: command(event),
      timeout: event === "SessionEnd" ? 5 : 10,
    });
    const events = [
      ...LONG_STANDING.slice(0, 4),
      "PostToolUseFailure",
      "SubagentStart",
      ...LONG_STANDING.slice(4, 6),
      "StopFailure",
      "Notification",
    ];
    expect(commandsIn(machine.read(machine.claudeSettings))).toEqual(
      Object.fromEntries(events.map((event) => [event, [entry(event)]])),
    );
  });

  test("gemini counts in milliseconds, copilot has files of its own", async () => {
    using machine = new Machine();
    await machine.install("gemini", "copilot", "--events=sessions");
    const mm = `MM_HOME='${machine.home}' '${machine.folder}/bin/mm'`;
    const gemini = JSON.parse(machine.read(`${machine.userHome}/.gemini/settings.json`));
    expect(gemini.hooks.SessionEnd).toEqual([
      {
        matcher: "clear",
        hooks: [
          {
            name: "mm",
            type: "command",
            command: `BUN_BE_BUN= BUN_OPTIONS= ${mm} hook gemini SessionEnd 2>/dev/null || true`,
            timeout: 2000,
          },
        ],
      },
    ]);
    expect(JSON.parse(machine.read(`${machine.userHome}/.copilot/hooks/mm.json`))).toEqual({
      version: 1,
      hooks: Object.fromEntries(
        ["sessionStart", "sessionEnd"].map((event) => [
          event,
          [
            {
              type: "command",
              bash: `BUN_BE_BUN= BUN_OPTIONS= ${mm} hook copilot ${event} 2>/dev/null || true`,
              timeoutSec: 10,
            },
          ],
        ]),
      ),
    });
  });

  test("codex: only the keys that it knows, three seconds at the end", async () => {
    using machine = new Machine();
    await machine.install("codex");
    const text = machine.read(`${machine.userHome}/.codex/hooks.json`);
    expect(Object.keys(JSON.parse(text))).toEqual(["hooks"]);
    expect(Object.keys(commandsIn(text))).toEqual([
      "SessionStart",
      "SessionEnd",
      "UserPromptSubmit",
      "Stop",
      "Interrupt",
      "PermissionRequest",
    ]);
    const home = `BUN_BE_BUN= BUN_OPTIONS= MM_HOME='${machine.home}'`;
    const program = `'${machine.folder}/bin/mm'`;
    const handedOn = `{ cat | { { trap '' HUP INT QUIT TERM; ${home} exec ${program} hook codex Interrupt "$PPID"; } <&3 >/dev/null & } 3<&0; } 2>/dev/null || true`;
    const commands = {
      SessionEnd: `${home} env ${program} hook codex SessionEnd 2>/dev/null || true`,
      Interrupt: `exec sh -c '${handedOn.replaceAll("'", `'"'"'`)}'`,
    };
    for (const [event, command] of Object.entries(commands)) {
      expect(commandsIn(text)[event]).toEqual([{ type: "command", command, timeout: 3 }]);
    }
  });

  test("a program on Windows", async () => {
    using machine = new Machine();
    machine.executable = "C:\\Program Files\\mm\\mm.exe";
    await machine.install("claude", "codex", "gemini", "--events=sessions");
    expect(commandsIn(machine.read(machine.claudeSettings))["SessionStart"]).toEqual([
      {
        type: "command",
        command: `$env:BUN_BE_BUN='';$env:BUN_OPTIONS='';$env:MM_HOME='${machine.home}';& 'C:\\Program Files\\mm\\mm.exe' hook claude SessionStart 2>$null; exit 0`,
        shell: "powershell",
        timeout: 10,
      },
    ]);
    const codex = commandsIn(machine.read(`${machine.userHome}/.codex/hooks.json`));
    expect(codex["SessionStart"]).toMatchObject([
      {
        commandWindows: `set "BUN_BE_BUN="& set "BUN_OPTIONS="& set "MM_HOME=${machine.home}"& "C:\\Program Files\\mm\\mm.exe" hook codex SessionStart 2>nul & exit /b 0`,
      },
    ]);
    await machine.hooks("uninstall");
    expect(existsSync(machine.claudeSettings)).toBe(false);
  });

  test("the agents' own variables move their files", async () => {
    using machine = new Machine();
    const at = (name: string) => `${machine.folder}/moved/${name}`;
    Object.assign(machine.env, {
      CLAUDE_CONFIG_DIR: at("claude"),
      CODEX_HOME: at("codex"),
      GEMINI_CLI_HOME: at("gemini"),
      COPILOT_HOME: at("copilot"),
      XDG_CONFIG_HOME: at("config"),
    });
    await machine.install("claude", "codex", "gemini", "copilot", "opencode");
    for (const file of [
      "claude/settings.json",
      "codex/hooks.json",
      "gemini/.gemini/settings.json",
      "copilot/hooks/mm.json",
      "config/opencode/plugins/mm.js",
    ]) {
      expect(existsSync(at(file))).toBe(true);
    }
    expect(readdirSync(machine.userHome)).toEqual([]);
  });

  test("the markers of memtomem's own installer are not used", async () => {
    using machine = new Machine();
    machine.env["MM_HOME"] = `${machine.folder}/home`;
    const agents = AGENT_NAMES.filter((agent) => !["vscode", "cline", "amp"].includes(agent));
    await machine.install(...agents);
    for await (const name of new Bun.Glob("**/*").scan({ cwd: machine.userHome, dot: true })) {
      expect(machine.read(`${machine.userHome}/${name}`)).not.toMatch(/memtomem( ·|-)/u);
    }
  });
});

describe("which version of claude", () => {
  test.each([
    ["2.1.330", ["PostToolUseFailure", "SubagentStart", "StopFailure"]],
    ["2.1.77", ["PostToolUseFailure", "SubagentStart"]],
    ["2.1.49", ["SubagentStart"]],
    ["2.0.43", ["SubagentStart"]],
    ["2.0.42", []],
    ["1.9.99", []],
    ["unknown", []],
  ])("%s", async (version, newer) => {
    using machine = new Machine();
    machine.addClaude(version);
    await machine.install("claude");
    const events = Object.keys(commandsIn(machine.read(machine.claudeSettings)));
    expect(events.filter((event) => !LONG_STANDING.includes(event))).toEqual(newer);
  });

  test("one that isn't there, or prints nothing", async () => {
    using machine = new Machine();
    await machine.install("claude");
    expect(Object.keys(commandsIn(machine.read(machine.claudeSettings)))).toEqual(LONG_STANDING);
    machine.addProgram("claude");
    expect((await machine.install("claude")).out).toContain("Unchanged");
  });
});

describe("the program's path", () => {
  test("the link on PATH, not what it leads to, and without a warning", async () => {
    using machine = new Machine();
    const real = machine.put(`${machine.folder}/Cellar/mm/0.1.0/bin/mm`, "#!/bin/sh\n");
    Bun.spawnSync(["chmod", "755", real]);
    mkdirSync(`${machine.folder}/brew`);
    symlinkSync(real, `${machine.folder}/brew/mm`);
    machine.executable = real;
    machine.env["PATH"] = `${machine.folder}/brew`;
    const { err } = await machine.install("claude");
    expect(machine.read(machine.claudeSettings)).toContain(`'${machine.folder}/brew/mm' hook`);
    expect(err).not.toContain("of one version");
  });

  test("off PATH: its own, and a warning where that will vanish", async () => {
    using machine = new Machine();
    machine.executable = "/opt/homebrew/Cellar/mm/0.1.0/bin/mm";
    machine.env["PATH"] = "";
    const { err } = await machine.install("claude");
    expect(machine.read(machine.claudeSettings)).toContain(`'${machine.executable}' hook`);
    expect(err).toContain(`${machine.executable} may vanish: it is in a folder of one version`);
  });

  test("another program of the name is said", async () => {
    using machine = new Machine();
    machine.executable = "/usr/local/bin/mm";
    const { err } = await machine.install("claude");
    expect(err).toContain(
      `the mm that PATH finds first is another program: ${machine.folder}/bin/mm`,
    );
    expect(machine.read(machine.claudeSettings)).toContain("'/usr/local/bin/mm' hook");
  });

  test("under npm's script it is the binary itself", async () => {
    using machine = new Machine();
    const root = `${machine.folder}/lib/node_modules`;
    const script = machine.put(`${root}/mm/bin/mm.js`, "#!/usr/bin/env node\n");
    Bun.spawnSync(["chmod", "755", script]);
    mkdirSync(`${machine.folder}/npm`);
    symlinkSync(script, `${machine.folder}/npm/mm`);
    machine.executable = machine.put(`${root}/mm/node_modules/mm-linux-x64/mm`, "");
    machine.env["PATH"] = `${machine.folder}/npm`;
    const { err } = await machine.install("claude");
    expect(machine.read(machine.claudeSettings)).toContain(`'${machine.executable}' hook`);
    expect(err).not.toContain("another program");
  });

  test("under a script that npm puts beside its packages, as on Windows, too", async () => {
    using machine = new Machine();
    const npm = `${machine.folder}/npm`;
    const script = machine.put(`${npm}/mm`, "#!/bin/sh\n");
    Bun.spawnSync(["chmod", "755", script]);
    machine.executable = machine.put(`${npm}/node_modules/@scope/mm-linux-x64/bin/mm`, "");
    machine.env["PATH"] = npm;
    const { err } = await machine.install("claude");
    expect(machine.read(machine.claudeSettings)).toContain(`'${machine.executable}' hook`);
    expect(err).not.toContain("another program");
  });

  test("in npx's cache there is a warning that it will vanish", async () => {
    using machine = new Machine();
    machine.executable = "/home/ada/.npm/_npx/1f/node_modules/@scope/mm-linux-x64/bin/mm";
    machine.env["PATH"] = "";
    const { err } = await machine.install("claude");
    expect(err).toContain(`${machine.executable} may vanish: it is in a cache`);
  });

  test("a program that isn't called mm could not be known again", async () => {
    using machine = new Machine();
    machine.executable = "/opt/bun";
    expect(await machine.mm("hooks", "install", "claude", "--yes")).toMatchObject({ code: 1 });
  });

  test("a project's settings never name a path", async () => {
    using machine = new Machine();
    mkdirSync(`${machine.folder}/.git`);
    await machine.install("claude", "codex", "copilot", "opencode", "--scope=project");
    const files = [
      ".claude/settings.json",
      ".codex/hooks.json",
      ".github/hooks/mm.json",
      ".opencode/plugins/mm.js",
    ];
    for (const file of files) {
      const text = machine.read(`${machine.folder}/${file}`);
      expect(text).not.toContain(machine.folder);
      expect(text).toMatch(/ mm hook |MM = "mm"/u);
      expect(statSync(`${machine.folder}/${file}`).mode & 0o777).toBe(0o644);
    }
    expect(readdirSync(machine.userHome)).toEqual([]);
    await machine.hooks("uninstall", "--scope=project");
    expect(files.filter((file) => existsSync(`${machine.folder}/${file}`))).toEqual([]);
  });
});
