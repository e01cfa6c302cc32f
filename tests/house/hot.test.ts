import { describe, expect, test } from "bun:test";
import { loadedWith, SOURCES } from "../support/sources.ts";

/** What a call of the hot path may load. Everything else is cold and loaded lazily. */
const HOT: readonly string[] = [
  "{program,hook,commands,context,errors}.ts",
  "text/*.ts",
  "text/secrets/**/*.ts",
  "settings/{environment,home,settings}.ts",
  "files/{errno,git,git-folder,small-file}.ts",
  "store/{connection,ends,events,hooked-sessions,rows,sessions,state-file,statements,store,tables}.ts",
  "store/history/retold.ts",
  "host/{agent-process,hook-input,host,process-stat,system-calls}.ts",
  "cli/{args,command,options,run,suggest,tree}.ts",
  "agents/{agents,hooks}.ts",
  "agents/*/hooks.ts",
  "agents/wire/*.ts",
  "record/{apply,command,content,keep,killed,record,take,transition,whereabouts}.ts",
  "sessions/{json,log,log-command,log-typed,plan,start,start-command,text,which}.ts",
];

const ENTRIES = ["program.ts", "hook.ts", "sessions/start-command.ts", "sessions/log-command.ts"];

const isHot = (path: string) => HOT.some((each) => new Bun.Glob(each).match(path));

test("the version is told without loading anything", () => {
  expect([...loadedWith("main.ts")]).toEqual(["main.ts", "../package.json"]);
});

describe.each(ENTRIES)("%s", (entry) => {
  const loaded = [...loadedWith(entry)];

  test("loads only what is listed as hot", () => {
    expect(loaded.filter((path) => SOURCES.has(path) && !isHot(path))).toEqual([]);
  });

  test("loads no package or builtin that is slow", () => {
    const foreign = loaded.filter((path) => !SOURCES.has(path));
    expect(
      foreign.filter((path) => !["bun:sqlite", "citty", "../package.json"].includes(path)),
    ).toEqual([]);
  });
});

test("everything that is listed exists", () => {
  const gone = HOT.filter(
    (each) => ![...SOURCES.keys()].some((path) => new Bun.Glob(each).match(path)),
  );
  expect(gone).toEqual([]);
});

test("a start by hand loads no hook code, and a hook loads no code for commands by hand", () => {
  const byHand = [...loadedWith("program.ts")];
  expect(byHand).toContain("sessions/start.ts");
  expect(byHand.filter((path) => /^(?:agents|record)\//u.test(path))).toEqual(["agents/agents.ts"]);
  const hook = [...loadedWith("hook.ts")];
  expect(hook).toContain("store/hooked-sessions.ts");
  expect(hook.filter((path) => /^(?:sessions|cli)\//u.test(path))).toEqual([]);
  expect(hook).not.toContain("citty");
});

test("the list of agents contains only words", () => {
  const loaded = SOURCES.get("agents/agents.ts")?.imports.filter(({ kind }) => kind !== "types");
  expect(loaded).toEqual([]);
});
