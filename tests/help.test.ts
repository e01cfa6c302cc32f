import { describe, expect, test } from "bun:test";
import type { CommandDef } from "citty";
import type { Args, Command } from "../src/cli/command.ts";
import { resolve } from "../src/cli/tree.ts";
import root from "../src/commands.ts";
import { World } from "./support/world.ts";

async function paths(node: CommandDef, path: readonly string[] = []): Promise<string[][]> {
  const subs = Object.entries(await resolve(node.subCommands ?? {}));
  const below = await Promise.all(
    subs.map(async ([name, sub]) => paths((await resolve(sub)) as CommandDef, [...path, name])),
  );
  return [[...path], ...below.flat()];
}

const all = await paths(root);

describe.each(all.map((path) => [path] as const))("mm %p --help", (path) => {
  test("reads well at 80 columns, with one example", async () => {
    using world = new World();
    const { code, out, err } = await world.mm(...path, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.split("\n");
    expect(lines.filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
    const example = path.length === 0 ? /^Start here: mm / : /^Example:$/;
    expect(lines.filter((line) => example.test(line))).toHaveLength(1);
    expect(lines[0]).toMatch(/^[A-Z].*\.$/u);
    expect(out).not.toMatch(/undefined|\.\./u);
    expect(out).not.toContain("\x1b");
    expect(await world.mm(...path, "-h")).toEqual({ code, out, err });
    expect(world.files()).toEqual([]);
  });
});

test("the commands are these", () => {
  expect(all.map((path) => path.join(" "))).toEqual([
    "",
    "session",
    "session start",
    "session end",
    "session list",
    "session show",
    "session events",
    "session rename",
    "session export",
    "session import",
    "session delete",
    "session wrap",
    "list",
    "ls",
    "show",
    "events",
    "export",
    "ps",
    "resume",
    "wait",
    "note",
    "search",
    "why",
    "backfill",
    "import",
    "activity",
    "activity log",
    "hook",
    "hooks",
    "hooks install",
    "hooks uninstall",
    "hooks status",
    "hooks print",
    "mcp",
    "mcp install",
    "mcp uninstall",
    "mcp status",
    "mcp print",
    "project",
    "project move",
    "config",
    "config list",
    "config get",
    "config set",
    "config unset",
    "sync",
    "sync init",
    "sync push",
    "sync pull",
    "sync status",
    "sync forget",
    "sync adopt",
    "sync new",
    "stats",
    "stats tokens",
    "stats cost",
    "stats hooks",
    "web",
    "gc",
    "redact",
    "context",
    "doctor",
    "completion",
    "upgrade",
    "help",
  ]);
});

test("the help of mm in full", async () => {
  using world = new World();
  expect((await world.mm()).out).toBe(`Remember what your AI coding agents did.

Look      ps        sessions that are live now (--watch)
          list      sessions, most recently active first
          show      one session, and how to resume it
          search    find prompts, commands, files and errors
          why       the session and the prompt behind a line of code
          stats     how much, when, with which tools
          web       all of it, in your browser
Act       resume    continue a session in its agent
          note      write something down in the current session
          wait      until a session asks or waits for you
          export    Markdown, HTML or JSON of a session
Set up    hooks     install, check and remove the hooks of agents
          mcp       let agents search earlier sessions themselves
          config    read and change the settings
          backfill  import what your agents did before
          doctor    find and fix problems
More      session, import, activity, hook, project, sync, gc, redact, context,
          completion, upgrade, help

Help: mm help COMMAND     Version: mm --version
Start here: mm hooks install
`);
});

test("the help of mm is seen whole on a terminal of 24 lines", async () => {
  using world = new World();
  expect((await world.mm()).out.split("\n").length).toBeLessThanOrEqual(24);
});

test("the guide names commands that exist", async () => {
  const guide = await root.guide?.();
  const named = Object.values(guide?.groups ?? {}).flatMap((group) => Object.keys(group));
  const meant = Object.values(guide?.meanings ?? {}).flat();
  const lines = [...named.map((name) => `mm ${name}`), ...meant, guide?.start ?? ""];
  const known = all.map((path) => ["mm", ...path].join(" "));
  const unknown = lines
    .map((line) => line.replace(/ --\S+$/u, ""))
    .filter((line) => !known.includes(line));
  expect(unknown).toEqual([]);
  expect(Object.keys(guide?.meanings ?? {}).filter((word) => known.includes(`mm ${word}`))).toEqual(
    [],
  );
});

test.each([
  ["list", "session list"],
  ["ls", "session list"],
  ["show", "session show"],
  ["events", "session events"],
  ["export", "session export"],
])("mm %s is short for mm %s", async (short, full) => {
  using world = new World();
  await world.mm("session", "start", "-t", "a title");
  await world.mm("activity", "log", "-c", "an event");
  const words = short === "export" ? ["--format", "md"] : ["--json"];
  expect(await world.mm(short, ...words)).toEqual(await world.mm(...full.split(" "), ...words));
  const help = (await world.mm(short, "--help")).out;
  expect(help.replaceAll(/\s+/gu, " ")).toContain(`Short for \`mm ${full}\`.`);
});

test("the usage of a command in full", async () => {
  using world = new World();
  expect(
    (await world.mm("session", "wrap", "--help")).out,
  ).toBe(`Run a command inside a session of its own.

Usage: mm session wrap [OPTIONS] -- COMMAND…

Options:
  -a, --agent ID     Agent identifier. Default: headless.
  -t, --title TITLE  Title; the command by default.
  -h, --help         Show this help.

The command runs without a shell on the same terminal, with its session's id in
MM_SESSION_ID. mm exits with the command's exit code. The current session
doesn't change.

Example:
  mm session wrap -a nightly -- npm test
`);
});

describe("words that lead nowhere", () => {
  test("bare mm: usage on stdout; a bare group: on stderr, exit 2", async () => {
    using world = new World();
    expect(await world.mm()).toMatchObject({ code: 0, err: "" });
    const bare = await world.mm("session");
    expect(bare).toMatchObject({ code: 2, out: "" });
    expect(bare.err).toBe((await world.mm("session", "--help")).out);
  });

  test("--version, alone", async () => {
    using world = new World();
    expect((await world.mm("--version")).out).toMatch(/^mm \d+\.\d+\.\d+\n$/u);
    expect(await world.mm("-V")).toEqual(await world.mm("--version"));
    expect(await world.mm("-v")).toEqual(await world.mm("--version"));
    expect((await world.mm("--version", "x")).err).toContain("unexpected argument 'x'");
    expect((await world.mm("session", "--version")).code).toBe(2);
    expect(world.files()).toEqual([]);
  });

  test.each([
    [["sesion"], "unknown command 'sesion'", "did you mean session?"],
    [["session", "strat"], "unknown command 'strat'", "did you mean start?"],
    [["session", "toString"], "unknown command 'toString'", "`mm session --help` shows the usage"],
    [["__proto__"], "unknown command '__proto__'", "`mm --help` shows the usage"],
    [["statsu"], "unknown command 'statsu'", "did you mean stats?"],
    [["status"], "unknown command 'status'", "did you mean `mm ps` or `mm hooks status`?"],
    [["install"], "unknown command 'install'", "did you mean `mm hooks install`?"],
    [["version"], "unknown command 'version'", "did you mean `mm --version`?"],
    [["log"], "unknown command 'log'", "did you mean `mm events` or `mm activity log`?"],
    [["open"], "unknown command 'open'", "did you mean `mm resume` or `mm show`?"],
    [["rename"], "unknown command 'rename'", "did you mean `mm session rename`?"],
    [["session", "ps"], "unknown command 'ps'", "did you mean `mm ps`?"],
    [["renmae"], "unknown command 'renmae'", "did you mean `mm session rename`?"],
    [["tell"], "unknown command 'tell'", "`mm --help` shows the usage"],
    [["--verison"], "unknown option '--verison'", "did you mean --version?"],
    [["-x", "session", "list"], "unknown option '-x'", "`mm --help` shows the usage"],
    [["session", "start", "--titel", "x"], "unknown option '--titel'", "did you mean --title?"],
    [
      ["session", "start", "x"],
      "unexpected argument 'x'",
      "`mm session start --help` shows the usage",
    ],
    [
      ["session", "start", "--bad\u001b[31m"],
      "unknown option '--bad\\x1b[31m'",
      "`mm session start --help` shows the usage",
    ],
    [
      ["activity", "log", "-c", "x", "--type", "tool_cal"],
      "invalid value 'tool_cal' for --type; expected one of: tool_call, subagent_start, subagent_stop, decision, error, prompt, note",
      "did you mean tool_call?",
    ],
  ])("%p", async (words, message, hint) => {
    using world = new World();
    expect(await world.mm(...words)).toEqual({
      code: 2,
      out: "",
      err: `mm: ${message}\n  hint: ${hint}\n`,
    });
    expect(world.files()).toEqual([]);
  });

  test("under --json it is one document on stdout", async () => {
    using world = new World();
    expect(await world.mm("session", "strat", "--json")).toEqual({
      code: 2,
      out: '{"error":{"code":"usage","message":"unknown command \'strat\'","hint":"did you mean start?"}}\n',
      err: "",
    });
  });
});

test("options with the same help have the same completion", async () => {
  const kinds = new Map<string, Set<string>>();
  const visit = async (node: CommandDef): Promise<void> => {
    const args: Args = "mm" in node ? (node as Command).mm.args : {};
    for (const { description = "", completes = null } of Object.values(args)) {
      const known = kinds.get(description) ?? new Set();
      kinds.set(description, known.add(JSON.stringify(completes)));
    }
    for (const sub of Object.values(await resolve(node.subCommands ?? {}))) {
      await visit((await resolve(sub)) as CommandDef);
    }
  };
  await visit(root);
  expect(kinds.size).toBeGreaterThan(40);
  expect([...kinds].filter(([, known]) => known.size > 1).map(([text]) => text)).toEqual([]);
});
