import { expect, test } from "bun:test";
import { SOURCES } from "../support/sources.ts";

const SAYS_SQL =
  /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|PRAGMA|CREATE TABLE|BEGIN IMMEDIATE)\b/u;
const WRITES =
  /\b(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+(?:sessions|mm_sessions|session_events)\b/u;

const all = [...SOURCES.values()];

test("SQL is only in the store and in files called sql.ts or statements.ts", () => {
  const isPlace = /^store\/|\/(?:sql|statements)\.ts$/u;
  const says = all.filter(({ text }) => SAYS_SQL.test(text)).map(({ path }) => path);
  expect(says).toContain("store/statements.ts");
  expect(says.filter((path) => !isPlace.test(path))).toEqual([]);
});

test("only the store and deletions write sessions and their events", () => {
  const writes = all.filter(({ text }) => WRITES.test(text)).map(({ path }) => path);
  expect(writes).toContain("store/statements.ts");
  expect(writes.filter((path) => !/^(?:store|removal)\//u.test(path))).toEqual([]);
});

test("only the edge knows the process", () => {
  const knows = /\b(?:process\.(?!")|Bun\.env\b|import\.meta\.env\b)/u;
  const code = (text: string) => text.replace(/\/\/.*|\/\*[\s\S]*?\*\//gu, "");
  const found = all.filter(({ text }) => knows.test(code(text))).map(({ path }) => path);
  expect(found).toContain("host/host.ts");
  expect(found.filter((path) => !/^(?:main\.ts|host\/)/u.test(path))).toEqual([]);
});

test("local times are SQLite's alone: the engine knows fewer time zones", () => {
  const local =
    /\b(?:[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds)|getTimezoneOffset|toLocale\w*|DateTimeFormat)\(/u;
  // The page runs in a browser, whose times are the user's.
  const ours = all.filter(({ path }) => !path.startsWith("web/page/"));
  expect(ours.filter(({ text }) => local.test(text)).map(({ path }) => path)).toEqual([]);
});
