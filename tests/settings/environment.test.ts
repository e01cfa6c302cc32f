import { expect, test } from "bun:test";
import { text } from "../../src/agents/wire/payload.ts";
import type { Env } from "../../src/settings/environment.ts";

const given: Readonly<Record<string, string>> = { MM_HOME: "/home/mm", MM_UNLISTED: "set" };

test("the compiler knows the variables that the documents list, and refuses others", () => {
  const env: Env = given;
  expect(env["MM_HOME"]).toBe("/home/mm");
  // What is refused would run: each of these lines is an error of the compiler's, or there is one for its lack.
  // @ts-expect-error
  expect(env["MM_UNLISTED"]).toBe("set");
  // @ts-expect-error
  expect(text(env, "MM_UNLISTED")).toBe("set");
});
