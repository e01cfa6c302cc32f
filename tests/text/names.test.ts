import { describe, expect, test } from "bun:test";
import { deriveNamespace, parseAgentId, parseNamespace } from "../../src/text/names.ts";

const RULE = "must match [A-Za-z0-9._-]+ (no slash / backslash / whitespace / control chars)";

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

describe("agent id", () => {
  const good = [
    "default",
    "Default",
    "planner",
    "agent-1",
    "v2.0",
    "claude_code",
    ".hidden",
    "a..b",
    "...",
    "x".repeat(64),
  ];
  test.each(good)("%p is accepted as it is", (id) => {
    expect(parseAgentId(id)).toBe(id);
  });

  const bad: [string, string][] = [
    ["", "invalid agent-id '': empty"],
    ["   ", "invalid agent-id '   ': empty"],
    ["x".repeat(65), `invalid agent-id '${"x".repeat(65)}': length 65 exceeds 64`],
    ["😀".repeat(65), `invalid agent-id '${"😀".repeat(65)}': length 65 exceeds 64`],
    [".", "invalid agent-id '.': reserved path token"],
    ["..", "invalid agent-id '..': reserved path token"],
    ["-dash", "invalid agent-id '-dash': leading dash"],
    ["foo:bar", `invalid agent-id 'foo:bar': ${RULE}`],
    ["../x", `invalid agent-id '../x': ${RULE}`],
    ["a\\b", `invalid agent-id 'a\\b': ${RULE}`],
    ["  spaces  ", `invalid agent-id '  spaces  ': ${RULE}`],
    ["a\u0000b", `invalid agent-id 'a\\x00b': ${RULE}`],
    ["a\nb", `invalid agent-id 'a\\nb': ${RULE}`],
    ["a\n", `invalid agent-id 'a\\n': ${RULE}`],
    ["é", `invalid agent-id 'é': ${RULE}`],
    ["a\u202eb", `invalid agent-id 'a\\u202eb': ${RULE}`],
  ];
  test.each(bad)("%p is refused", (id, message) => {
    expect(messageOf(() => parseAgentId(id))).toBe(message);
  });
});

describe("namespace", () => {
  const good = [
    "default",
    "shared",
    "archive:summary",
    "a:b:c",
    "agent-runtime:planner",
    "agent-runtime:default",
    "Agent-Runtime:a:b",
    "a.b.c",
    "n".repeat(256),
  ];
  test.each(good)("%p is accepted as it is", (namespace) => {
    expect(parseNamespace(namespace)).toBe(namespace);
  });

  const one = "prefix requires exactly one trailing segment (``agent-runtime:<agent_id>``)";
  const bad: [string, string][] = [
    ["", "'': empty"],
    ["  ", "'  ': empty"],
    ["n".repeat(257), `'${"n".repeat(257)}': length 257 exceeds 256`],
    [":foo", "':foo': empty segment (leading / trailing / consecutive ':')"],
    ["foo::bar", "'foo::bar': empty segment (leading / trailing / consecutive ':')"],
    ["a:..", "'a:..': segment '..' is a reserved path token"],
    ["a:-x", "'a:-x': segment '-x' has a leading dash"],
    ["a b", `'a b': segment 'a b' ${RULE}`],
    ["foo,bar", `'foo,bar': segment 'foo,bar' ${RULE}`],
    ["agent-runtime", `'agent-runtime': \`\`agent-runtime:\`\` ${one}; got 0`],
    ["agent-runtime:a:b", `'agent-runtime:a:b': \`\`agent-runtime:\`\` ${one}; got 2`],
    [
      `agent-runtime:${"x".repeat(65)}`,
      `'agent-runtime:${"x".repeat(65)}': agent-runtime segment '${"x".repeat(65)}' failed agent-id contract — invalid agent-id '${"x".repeat(65)}': length 65 exceeds 64`,
    ],
  ];
  test.each(bad)("%p is refused", (namespace, rest) => {
    expect(messageOf(() => parseNamespace(namespace))).toBe(`invalid namespace ${rest}`);
  });
});

test("the namespace is derived from the agent id, except for the reserved one", () => {
  expect(deriveNamespace("default")).toBe("default");
  expect(deriveNamespace("Default")).toBe("agent-runtime:Default");
  expect(deriveNamespace("planner")).toBe("agent-runtime:planner");
});
