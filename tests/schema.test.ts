import { expect, test } from "bun:test";
import {
  either,
  integer,
  list,
  mapTo,
  object,
  oneOf,
  orNull,
  problems,
  string,
} from "../docs/json/schema.ts";

const SCHEMA = object({
  name: string(),
  size: orNull(integer()),
  state: oneOf(["on", "off"]),
  parts: list(object({ id: integer() })),
  counts: mapTo(integer(), ""),
  "hint?": string(),
});
const RIGHT = { name: "a", size: null, state: "on", parts: [{ id: 1 }], counts: { any: 2 } };

test.each([
  [{}, []],
  [{ hint: "b" }, []],
  [{ size: 1.5 }, ["$.size is 1.5"]],
  [{ state: "other" }, ['$.state is "other"']],
  [{ parts: [{ id: 1 }, {}] }, ["$.parts[1].id is missing"]],
  [{ counts: { any: "2" } }, ['$.counts.any is "2"']],
  [{ more: 1 }, ["$.more isn't documented"]],
  [{ name: null }, ["$.name is null"]],
] as const)("a document with %p", (changed, found) => {
  expect(problems(SCHEMA, { ...RIGHT, ...changed })).toEqual([...found]);
});

test("one of several shapes", () => {
  const schema = either(object({ ok: string() }), object({ error: string() }));
  expect(problems(schema, { error: "x" })).toEqual([]);
  expect(problems(schema, { error: 1 })).toEqual(["$.ok is missing", "$.error isn't documented"]);
});
