import { expect, test } from "bun:test";
import { parseTemplate } from "../../src/text/template.ts";

const fields = ["agent", "age"] as const;
const fill = (template: string) =>
  parseTemplate(template, fields)((field) => (field === "agent" ? "codex{age}" : "5m"));

test.each([
  ["", ""],
  ["plain", "plain"],
  ["{agent} {age}", "codex{age} 5m"],
  ["{{age}} {{{age}}}", "{age} {5m}"],
  ["}}{{", "}{"],
  ["{age}{age}\n", "5m5m\n"],
  ["日本 {age} $&", "日本 5m $&"],
])("%p gives %p", (template, text) => {
  expect(fill(template)).toBe(text);
});

test.each([
  ["{nope}", "unknown field '{nope}' in the template"],
  ["{}", "unknown field '{}' in the template"],
  ["{Age}", "unknown field '{Age}' in the template"],
  ["{ age }", "unknown field '{ age }' in the template"],
  ["{age", "a single '{' in the template"],
  ["age}", "a single '}' in the template"],
  ["{{age}", "a single '}' in the template"],
])("%p is wrong", (template, message) => {
  expect(() => fill(template)).toThrow(
    expect.objectContaining({
      code: "usage",
      message,
      hint: "the fields are {agent} {age}; {{ and }} stand for braces",
    }),
  );
});
