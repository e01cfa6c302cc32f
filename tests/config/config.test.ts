import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const path = () => `${world.home}/mm.json`;
const file = () => readFileSync(path(), "utf8");
const config = (...words: string[]) => world.mm("config", ...words);

test("list shows every setting, and creates nothing", async () => {
  const { code, out, err } = await config("list");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^capture +summary \(default\) +How much to record of what an agent does$/mu);
  expect(out).toMatch(
    /^gc +not set +How long to keep ended sessions; unset it to keep them all$/mu,
  );
  expect(out).toEndWith(`\n${path()}\n`);
  expect(existsSync(world.home)).toBe(false);
  expect(await world.json("config", "list")).toEqual({
    path: path(),
    settings: [
      { key: "capture", value: "summary", default: "summary", is_set: false },
      { key: "context", value: false, default: false, is_set: false },
      { key: "stale", value: "24h", default: "24h", is_set: false },
      { key: "gc", value: null, default: null, is_set: false },
      { key: "prompts", value: [], default: [], is_set: false },
      { key: "history", value: null, default: null, is_set: false },
      { key: "prices", value: {}, default: {}, is_set: false },
      { key: "sync", value: {}, default: {}, is_set: false },
    ],
  });
});

test("set, get and unset", async () => {
  expect((await config("set", "gc", "90d")).out).toBe("gc: 90d (was: not set)\n");
  expect(file()).toBe('{\n  "gc": "90d"\n}\n');
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect((await config("get", "gc")).out).toBe("90d\n");
  expect(await world.json("config", "get", "gc")).toMatchObject({ value: "90d", is_set: true });
  expect((await config("set", "gc", "90d")).out).toBe("gc: 90d (as before)\n");
  expect(await world.json("config", "unset", "gc")).toEqual({
    key: "gc",
    value: null,
    previous: "90d",
  });
  expect((await config("get", "gc")).out).toBe("\n");
  await config("set", "prompts", "claude,codex");
  expect((await config("get", "prompts")).out).toBe("claude,codex\n");
});

test.each([
  ["capture", "none", "none"],
  ["context", "true", true],
  ["context", "off", false],
  ["stale", "12h", "12h"],
  ["gc", "30d", "30d"],
  ["prompts", "claude,codex", ["claude", "codex"]],
  ["prices", '{"m":{"input":1,"output":5}}', { m: { input: 1, output: 5 } }],
  ["sync", '{"url":"postgres://ada@db/agents"}', { url: "postgres://ada@db/agents" }],
])("%s %s", async (key, word, value) => {
  await world.json("config", "set", key, word);
  expect(JSON.parse(file())).toEqual({ [key]: value });
  expect((await config("list")).err).toBe("");
});

test.each([80, 40])("descriptions are never cut on a terminal of %p columns", async (columns) => {
  world.isTerminal = true;
  world.columns = columns;
  const { out } = await config("list");
  const [, ...lines] = out.slice(0, out.indexOf("\n\n")).split("\n");
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  const column = lines[0]?.indexOf("How") ?? 0;
  const descriptions = lines.map((line) => line.slice(column)).join(" ");
  expect(descriptions).toContain("How long a session may be silent before it ends as stale");
  expect(descriptions).not.toContain("…");
});

test("comments, other keys and the layout stay", async () => {
  const text = '// mine\n{\n\t"theirs": [1,  2], // why\n\t"capture": "none",\n}\n';
  world.makeHome({ "mm.json": text });
  await config("set", "capture", "full");
  expect(file()).toBe(text.replace("none", "full"));
  await config("set", "stale", "7d");
  expect(file()).toBe(
    '// mine\n{\n\t"theirs": [1,  2], // why\n\t"capture": "full",\n\t"stale": "7d",\n}\n',
  );
  await config("unset", "stale");
  await config("set", "capture", "none");
  expect(file()).toBe(text);
});

test("a link to the file stays a link", async () => {
  world.makeHome();
  writeFileSync(`${world.folder}/dotfile`, "{}");
  symlinkSync(`${world.folder}/dotfile`, path());
  await config("set", "capture", "none");
  expect(JSON.parse(readFileSync(`${world.folder}/dotfile`, "utf8"))).toEqual({ capture: "none" });
});

test("what the settings are for follows them", async () => {
  await config("set", "gc", "1d");
  expect(await world.json("config", "get", "gc")).toMatchObject({ value: "1d" });
  rmSync(path());
  expect(await world.json("config", "get", "gc")).toMatchObject({ value: null });
});

describe("is refused, and nothing is written:", () => {
  test.each([
    [["set", "captur", "none"], "unknown setting 'captur'", "did you mean capture?"],
    [
      ["get", "xyz"],
      "unknown setting 'xyz'",
      "one of: capture, context, stale, gc, prompts, history, prices",
    ],
    [
      ["set", "capture", "loud"],
      "invalid value 'loud' for capture; expected: none, summary, full",
      "",
    ],
    [["set", "gc", "90"], "invalid value '90' for gc; expected: a duration like 90d", ""],
    [["set", "context", "maybe"], "invalid value 'maybe' for context; expected: true, false", ""],
    [["set", "capture"], "missing argument: VALUE", ""],
    [["get"], "missing argument: SETTING", ""],
  ])("%p", async (words, message, hint) => {
    const { code, out, err } = await config(...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toStartWith(`mm: ${message}\n`);
    expect(err).toContain(hint);
    expect(existsSync(world.home)).toBe(false);
  });

  test.each(["{", "[]", '"text"'])("a file that is %s", async (text) => {
    world.makeHome({ "mm.json": text });
    const { code, err } = await config("set", "gc", "90d");
    expect(code).toBe(1);
    expect(err).toStartWith(`mm: can't edit ${path()}: `);
    expect(file()).toBe(text);
  });
});

test("a wrong value in the file is said, and isn't in force", async () => {
  world.makeHome({ "mm.json": '{"gc":90,"capture":"none"}' });
  const { out, err } = await config("list", "--json");
  expect(err).toBe(`mm: warning: ignored "gc" in ${path()}: 90\n`);
  expect(JSON.parse(out).settings).toContainEqual({
    key: "gc",
    value: null,
    default: null,
    is_set: false,
  });
});

test("in a file that was emptied, as little as possible stays recorded", async () => {
  world.makeHome({ "mm.json": "" });
  await config("set", "gc", "90d");
  expect(JSON.parse(file())).toEqual({ capture: "none", gc: "90d" });
});

test("a write at the same moment isn't lost", async () => {
  world.makeHome({ "mm.json": "{}" });
  const keys = [
    ["gc", "90d"],
    ["capture", "none"],
    ["stale", "7d"],
    ["context", "true"],
  ] as const;
  await Promise.all(keys.map(([key, word]) => config("set", key, word)));
  expect(Object.keys(JSON.parse(file())).sort()).toEqual(["capture", "context", "gc", "stale"]);
});
