import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { folders, SOURCES } from "../support/sources.ts";

const MOST_FILES = 16;

test("no folder has too many files", () => {
  const full = [...folders()].filter(([, files]) => files.length > MOST_FILES);
  expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([]);
});

test("no folder or file is a catch-all", () => {
  const nowhere = /(?:^|\/)(?:utils?|helpers?|common|shared|misc|index)(?:\/|\.ts$)/u;
  expect([...SOURCES.keys()].filter((path) => nowhere.test(path))).toEqual([]);
});

test("every folder stands in the map", () => {
  const map = readFileSync(`${import.meta.dir}/../../AGENTS.md`, "utf8");
  const names = new Set([...folders().keys()].flatMap((folder) => folder.split("/").slice(0, 1)));
  names.delete(".");
  expect([...names].filter((name) => !map.includes(`src/${name}/`))).toEqual([]);
});

/** What nearly every folder may use. */
const BASE = ["errors", "context", "text", "files", "settings"];
/** What a feature builds on. */
const FEATURE = [...BASE, "store", "cli", "agents"];

/** Those that say what a session's project is, and which machines' sessions are read. */
const WITH_PROJECTS = [...FEATURE, "projects", "machines"];

const FEATURES: Readonly<Record<string, readonly string[]>> = {
  projects: FEATURE,
  machines: [...FEATURE, "projects", "sessions", "sync/replica"],
  states: [...FEATURE, "agents/wire"],
  record: [
    ...WITH_PROJECTS,
    "digest",
    "agents/wire",
    "removal",
    "states",
    "handoff",
    "record/apply",
    "record/known",
  ],
  "record/apply": [...BASE, "store", "agents/wire", "record", "record/known"],
  "record/known": ["agents/wire", "store", "record"],
  handoff: [...WITH_PROJECTS, "digest", "mcp", "sessions"],
  sessions: [...FEATURE, "sessions/start"],
  "sessions/start": [...FEATURE, "sessions"],
  digest: FEATURE,
  show: [
    ...WITH_PROJECTS,
    "show/list",
    "show/machines",
    "usage",
    "digest",
    "sessions",
    "states",
    "hints",
  ],
  "show/list": [...WITH_PROJECTS, "show", "usage", "states", "hints"],
  "show/machines": [...BASE, "machines", "projects", "show"],
  live: [...WITH_PROJECTS, "states", "sessions", "show", "browse", "resume", "hints"],
  resume: [...WITH_PROJECTS, "states", "sessions", "show", "browse", "hints", "handoff"],
  wait: [...WITH_PROJECTS, "states", "sessions", "live", "hints"],
  notes: [...FEATURE, "sessions"],
  search: [...WITH_PROJECTS, "digest", "hints", "sync/search", "search/text-index"],
  "search/text-index": [...BASE, "store"],
  why: [
    ...WITH_PROJECTS,
    "agents/wire",
    "agents/*",
    "digest",
    "record",
    "transcripts",
    "why/trees",
  ],
  "why/trees": [...BASE, "store", "projects", "transcripts"],
  transcripts: [
    ...FEATURE,
    "agents/wire",
    "agents/*",
    "states",
    "record",
    "usage",
    "transcripts/calls",
    "transcripts/changes",
    "transcripts/resume",
    "transcripts/keep-up",
    "transcripts/retention",
    "transcripts/compressed",
    "transcripts/places",
    "transcripts/rows",
    "transcripts/session",
  ],
  "transcripts/keep-up": [...FEATURE],
  "transcripts/retention": [...BASE, "agents", "transcripts", "transcripts/changes"],
  "transcripts/compressed": BASE,
  "transcripts/places": [...WITH_PROJECTS, "agents/*"],
  "transcripts/rows": [...BASE, "store", "agents", "agents/*", "agents/wire", "record"],
  "transcripts/session": [
    ...BASE,
    "store",
    "agents",
    "agents/*",
    "record",
    "states",
    "transcripts",
  ],
  "transcripts/calls": BASE,
  "transcripts/changes": [...BASE, "store", "agents", "transcripts"],
  "transcripts/resume": [...BASE, "store", "transcripts"],
  mcp: [...WITH_PROJECTS, "digest", "search", "servers", "sessions", "show", "states", "why"],
  usage: [...WITH_PROJECTS, "hints"],
  stats: [...WITH_PROJECTS, "usage", "hints", "stats/local"],
  "stats/local": ["store"],
  removal: [
    ...FEATURE,
    "removal/cascade",
    "removal/spooled",
    "sessions",
    "search",
    "sync/source",
    "sync/tombstones",
  ],
  "removal/cascade": [...BASE, "store", "removal"],
  "removal/spooled": BASE,
  exchange: [...WITH_PROJECTS, "usage", "digest", "sessions", "removal", "exchange/page", "hints"],
  "exchange/page": [...BASE, "store", "digest", "usage", "exchange"],
  install: [...FEATURE, "edit", "servers", "install/planning"],
  "install/planning": [...FEATURE, "edit"],
  servers: [...FEATURE, "edit", "install"],
  config: [...FEATURE, "edit"],
  hints: [...WITH_PROJECTS, "edit", "install"],
  redact: [...FEATURE, "search", "sync/source"],
  doctor: [
    ...FEATURE,
    "install",
    "record",
    "removal",
    "servers",
    "sync",
    "sync/status",
    "transcripts/retention",
  ],
  completion: [...FEATURE, "states", "machines", "sync/replica"],
  upgrade: FEATURE,
  // The settings and the words of all of it; below are its parts.
  sync: [
    ...FEATURE,
    "sync/forget",
    "sync/push",
    "sync/remote",
    "sync/replica",
    "sync/setup",
    "sync/status",
  ],
  "sync/remote": [...BASE, "sync", "sync/remote/schema"],
  "sync/remote/schema": [...BASE, "sync/remote"],
  "sync/source": [...BASE, "store", "sync", "sync/remote"],
  "sync/tombstones": [...BASE, "store", "sync/remote"],
  "sync/push": [
    ...WITH_PROJECTS,
    "sync",
    "sync/push/commit",
    "sync/remote",
    "sync/source",
    "sync/tombstones",
  ],
  "sync/push/commit": [...BASE, "sync/push", "sync/remote", "sync/source"],
  "sync/replica": [
    ...FEATURE,
    "sync",
    "sync/push",
    "sync/remote",
    "sync/replica/pull",
    "sync/source",
  ],
  "sync/replica/pull": [...BASE, "store", "sync", "sync/remote", "sync/replica"],
  "sync/setup": [...FEATURE, "config", "sync", "sync/remote", "sync/source"],
  "sync/status": [...FEATURE, "sync", "sync/push", "sync/remote", "sync/replica", "sync/source"],
  "sync/forget": [...FEATURE, "sync", "sync/remote", "sync/source", "sync/tombstones"],
  "sync/search": [...FEATURE, "search", "sync", "sync/remote", "sync/replica", "sync/source"],
  web: [...FEATURE, "machines", "search", "wait", "web/page"],
  // The page knows the documents, as types, and how text is made safe; tests/house/page.test.ts holds that.
  "web/page": ["text", "live", "show", "search", "stats", "usage", "web/page"],
  "web/page/session": ["text", "web/page"],
};

/**
 * The folders that a folder may import from, even lazily or only types. A new folder has to be added here.
 * `errors.ts` and `context.ts` count as folders, the other files directly in `src` as `.`, and the folders of
 * single agents as `agents/*`.
 */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  ".": [...BASE, "cli", "host", ...Object.keys(FEATURES)],
  errors: [],
  context: ["files", "settings", "store"],
  text: ["errors", "text/secrets"],
  "text/figures": [],
  "text/secrets": ["text/secrets/assignment", "text/secrets/tokens", "text/secrets/tools"],
  "text/secrets/assignment": ["text/secrets", "text/secrets/tools"],
  "text/secrets/tokens": ["text/secrets"],
  "text/secrets/tools": ["text/secrets", "text/secrets/assignment"],
  files: ["errors", "text"],
  settings: ["errors", "text", "files"],
  store: [...BASE, "store/opening"],
  "store/opening": [...BASE, "store"],
  "store/recent": ["store"],
  cli: ["errors", "context", "text", "pager"],
  pager: ["errors", "context", "text"],
  browse: ["errors", "context", "text", "cli"],
  "store/history": [...BASE, "store"],
  host: [...BASE, "store"],
  edit: [...BASE, "agents"],
  "edit/servers": [...BASE, "edit"],
  agents: [...BASE, "agents/*", "agents/wire", "edit"],
  "agents/wire": [...BASE, "agents"],
  "agents/*": [...BASE, "agents", "agents/wire", "edit"],
  ...FEATURES,
};

function folderOf(path: string): string {
  const folder = dirname(path);
  if (folder.startsWith("agents/") && folder !== "agents/wire") return "agents/*";
  if (folder !== ".") return folder;
  return path === "errors.ts" || path === "context.ts" ? path.slice(0, -".ts".length) : ".";
}

function isAllowed(from: string, to: string): boolean {
  return (
    from === to || (EDGES[from] ?? []).some((each) => to === each || to.startsWith(`${each}/`))
  );
}

test("folders import only from those that they may", () => {
  const edges = [...SOURCES.values()].flatMap(({ path, imports }) =>
    imports.filter((each) => SOURCES.has(each.path)).map((each) => ({ from: path, to: each.path })),
  );
  expect(edges.length).toBeGreaterThan(500);
  const refused = edges.filter(({ from, to }) => !isAllowed(folderOf(from), folderOf(to)));
  expect(refused.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

/** The files that import themselves through others, even only types. */
function circle(): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return [];
    path.push(name);
    for (const each of SOURCES.get(name)?.imports ?? []) {
      const found = visit(each.path);
      if (found.length > 0) return found;
    }
    path.pop();
    done.add(name);
    return [];
  };
  for (const name of SOURCES.keys()) {
    const found = visit(name);
    if (found.length > 0) return found;
  }
  return [];
}

test("no file imports itself through others", () => {
  expect(circle()).toEqual([]);
});

const DECLARED =
  /^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gmu;

test("an exported name stands for one thing", () => {
  const names = [...SOURCES.values()].flatMap(({ path, text }) =>
    [...text.matchAll(DECLARED)].map(([, name = ""]) => ({ name, path })),
  );
  expect(names.length).toBeGreaterThan(500);
  const twice = [...Map.groupBy(names, ({ name }) => name)].filter(
    ([, places]) => new Set(places.map(({ path }) => path)).size > 1,
  );
  expect(
    twice.map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(", ")}`),
  ).toEqual([]);
});
