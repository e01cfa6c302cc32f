import { describe, expect, test } from "bun:test";
import { MAIN_BEGINS } from "../../bench/binaries.ts";
import { loadedWith, SOURCES } from "../support/sources.ts";

/** What a call of the hot path may load. Everything else is cold and loaded lazily. */
const HOT: readonly string[] = [
  "{program,hook,start,log,commands,context,errors}.ts",
  "text/*.ts",
  "text/secrets/**/*.ts",
  "settings/{environment,home,settings}.ts",
  "files/{errno,git,git-folder,small-file}.ts",
  "store/{connection,ends,events,hooked-sessions,rows,sessions,state-file,statements,store,tables}.ts",
  "store/opening/open.ts",
  "host/{agent-process,hook-input,host,process-stat,system-calls}.ts",
  "cli/{args,command,options,run,run-command,suggest,tree}.ts",
  "agents/{agents,hooks}.ts",
  "agents/*/hooks.ts",
  "agents/wire/*.ts",
  "record/known/known.ts",
  "record/apply/*.ts",
  "record/{command,content,killed,record,record-call,store-or-spool,transition,whereabouts}.ts",
  "sessions/{json,log,log-command,log-typed,text,which}.ts",
  "sessions/start/{command,create,model,plan,resume,start}.ts",
];

const ENTRIES = ["program.ts", "hook.ts", "start.ts", "log.ts", "sessions/start/create.ts"];

const isHot = (path: string) => HOT.some((each) => new Bun.Glob(each).match(path));

test("the version is told without loading anything", () => {
  expect([...loadedWith("main.ts")]).toEqual(["main.ts", "../package.json"]);
});

test("the bench finds where the program begins, for a mode that does nothing", async () => {
  const main = await Bun.file(`${import.meta.dir}/../../src/main.ts`).text();
  expect(main.split(MAIN_BEGINS)).toHaveLength(2);
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

test("a start or a log loads no hook code, and a hook loads no code for commands", () => {
  for (const entry of ["start.ts", "log.ts", "sessions/start/create.ts", "program.ts"]) {
    const loaded = [...loadedWith(entry)];
    const ofHooks = loaded.filter((path) => /^(?:agents|record)\//u.test(path));
    expect(ofHooks.filter((path) => path !== "agents/agents.ts")).toEqual([]);
  }
  const hook = [...loadedWith("hook.ts")];
  expect(hook).toContain("store/hooked-sessions.ts");
  expect(hook.filter((path) => /^(?:sessions|cli)\//u.test(path))).toEqual([]);
  expect(hook).not.toContain("citty");
});

test("a resume loads neither the tree of commands nor what only those who store need", () => {
  const resume = [...loadedWith("start.ts")];
  expect(resume).toContain("sessions/start/resume.ts");
  expect(
    resume.filter((path) => /^commands|cli\/tree|redact|secrets|files\/git/u.test(path)),
  ).toEqual([]);
});

test("the list of agents contains only words", () => {
  const loaded = SOURCES.get("agents/agents.ts")?.imports.filter(({ kind }) => kind !== "types");
  expect(loaded).toEqual([]);
});
