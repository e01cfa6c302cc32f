import { afterAll, beforeAll, describe, expect } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { exec } from "../support/stored.ts";
import { needs } from "../support/tools.ts";
import { type InteractiveShell, Typist } from "../support/typist.ts";

/** Another program may have stored any id and any title. */
const HOSTILE = 'he said "it\'s" $(touch PWNED) `touch PWNED`; touch PWNED & !x \\ * ~ %F{red} é #';
const TITLE = '\x1b[31m\n"b" \\ $(touch PWNED) `x` %F{red}: end';

const HOSTILE_WORDS =
  "mm session start -t '$(touch PWNED)`touch PWNED`\"*' -n \"a'b\\$(touch PWNED)\"";
const HOSTILE_ARGV = [
  "session",
  "start",
  "-t",
  '$(touch PWNED)`touch PWNED`"*',
  "-n",
  "a'b$(touch PWNED)",
];

const at = new Typist();

beforeAll(async () => {
  await at.mm(["session", "start", "-a", "claude-code"]);
  const insert = (id: string, agent: string, title: string) =>
    exec(
      at,
      `INSERT INTO sessions (id, agent_id, started_at, metadata) VALUES
        ('${id.replaceAll("'", "''")}', '${agent}', '2026-01-01T00:00:00+00:00', json_object('title', '${title.replaceAll("'", "''")}'))`,
    );
  insert(HOSTILE, "codex", TITLE);
  insert("abc-1", "codex", TITLE);
  insert("abc-2", "gemini-cli", "second");
  insert("has:colon=sign-1", "codex", "");
  insert("--help", "codex", "an id like an option");
  insert("line\nbreak", "codex", "an id of two lines");
  mkdirSync(`${at.folder}/folder`);
  at.addProgram("zz-program");
  writeFileSync(`${at.folder}/zz file $(touch PWNED).txt`, "");
});
afterAll(() => at[Symbol.dispose]());

const SHELLS: readonly InteractiveShell[] = ["bash", "zsh", "fish"];

describe.each(SHELLS.map((shell) => [shell] as const))("%s completes", (shell) => {
  const test = needs(shell);

  test.each([
    ["commands", "mm ses\tli\t", ["session", "list"]],
    ["an option", "mm session start --ag\tx", ["session", "start", "--agent", "x"]],
    ["a value", "mm activity log --type dec\t", ["activity", "log", "--type", "decision"]],
    ["a value behind =", "mm activity log --type=dec\t", ["activity", "log", "--type=decision"]],
    ["an agent", "mm session list -a gem\t", ["session", "list", "-a", "gemini-cli"]],
    ["a client", "mm hooks install claude cod\t", ["hooks", "install", "claude", "codex"]],
    ["a command to explain", "mm help session wr\t", ["help", "session", "wrap"]],
    ["the common part", "mm session events abc\t1", ["session", "events", "abc-1"]],
    [
      "a session with : and =",
      "mm session events has\t",
      ["session", "events", "has:colon=sign-1"],
    ],
    ["behind a colon", "mm session events has:co\t", ["session", "events", "has:colon=sign-1"]],
    ["a hostile session", "mm session events he\t", ["session", "events", HOSTILE]],
    ["it behind a blank", "mm session events he\\ s\t", ["session", "events", HOSTILE]],
    [
      "a file of a wrapped command",
      "mm session wrap -- cat zz\t",
      ["session", "wrap", "--", "cat", "zz file $(touch PWNED).txt"],
    ],
    ["a wrapped command", "mm session wrap -- zz-pro\t", ["session", "wrap", "--", "zz-program"]],
    ["a file", "mm session import zz\t", ["session", "import", "zz file $(touch PWNED).txt"]],
    [
      "a file behind =",
      "mm session export --output=zz\t",
      ["session", "export", "--output=zz file $(touch PWNED).txt"],
    ],
    ["a folder", "mm session list --project fold\t", ["session", "list", "--project", "folder"]],
    ["within double quotes", 'mm session events "he s\t', ["session", "events", HOSTILE]],
    ["within single quotes", "mm session events 'he s\t", ["session", "events", HOSTILE]],
    ["behind hostile words", `${HOSTILE_WORDS} --ag\tx`, [...HOSTILE_ARGV, "--agent", "x"]],
  ])("%s", async (_, keys, words) => {
    const typed = await at.type(shell, keys);
    // zsh removes the slash after a folder again if a space or Return follows.
    expect(typed.map((word) => word.replace(/\/$/u, ""))).toEqual(words);
    expect(existsSync(`${at.folder}/PWNED`)).toBe(false);
  });

  test("a line without running anything of it before Return", async () => {
    // The line is discarded, so nothing of it may have run.
    const keys = "mm session start --title $(touch PWNED) --title `touch PWNED` --ag\t\x15mm done";
    expect(await at.type(shell, keys)).toEqual(["done"]);
    expect(existsSync(`${at.folder}/PWNED`)).toBe(false);
  });

  test("and shows what a session is about, with nothing that moves the cursor", async () => {
    await at.type(shell, "mm session events abc-\t\t\x15mm done");
    expect(at.screen).toContain("gemini-cli (stale): second");
    expect(at.screen).toContain('\\x1b[31m\\n"b" \\ $(touch PWNED) `x`');
    expect(at.screen).not.toContain("Help");
    expect(existsSync(`${at.folder}/PWNED`)).toBe(false);
  });

  test("and stays silent if there is nothing to offer, or no readable database", async () => {
    const setUp = shell === "fish" ? "set -x MM_DB /dev/null" : "export MM_DB=/dev/null";
    expect(await at.type(shell, "mm session events he\t", setUp)).toEqual([
      "session",
      "events",
      "he",
    ]);
    expect(await at.type(shell, "mm nonsense x\t", setUp)).toEqual(["nonsense", "x"]);
    expect(at.screen).not.toMatch(/error|SQLite|unknown/iu);
  });
});

describe("bash completes", () => {
  const test = needs("bash");

  test.each([
    ["without breaks at = and :", "COMP_WORDBREAKS=$' \\t\\n\"\\'><;|&('"],
    [
      "with readonly variables of everyday names",
      "readonly word words line kind cur prev IFS=$' \\t\\n'",
    ],
    ["under -u, failglob and nullglob", "set -u; shopt -s failglob nullglob"],
    ["in POSIX mode", "set -o posix"],
    ["without history expansion", "set +H"],
  ])("%s", async (_, setUp) => {
    const value = await at.type("bash", "mm activity log --type=dec\t", setUp);
    expect(value).toEqual(["activity", "log", "--type=decision"]);
    const colon = await at.type("bash", "mm session events has:co\t", setUp);
    expect(colon).toEqual(["session", "events", "has:colon=sign-1"]);
    expect(await at.type("bash", "mm session events he\t", setUp)).toEqual([
      "session",
      "events",
      HOSTILE,
    ]);
  });

  test("the file of a redirection", async () => {
    await at.type("bash", "mm session list > zz\t");
    expect(readFileSync(`${at.folder}/zz file $(touch PWNED).txt`, "utf8")).toBe("");
    expect(at.screen).toContain("zz\\ file\\ \\$\\(touch\\ PWNED\\).txt");
  });
});

needs("zsh")("zsh takes the script as a function file too", async () => {
  const folder = `${at.folder}/functions`;
  mkdirSync(folder);
  const { out } = await at.mm(["completion", "zsh"]);
  writeFileSync(`${folder}/_mm`, out);
  // The lines that load the script come after the set-up, so they are cut off.
  const setUp = `fpath=(${folder} $fpath); PS1='ready> '; autoload -Uz compinit; compinit -u -D; return`;
  expect(await at.type("zsh", "mm session events he\t", setUp)).toEqual([
    "session",
    "events",
    HOSTILE,
  ]);
});
