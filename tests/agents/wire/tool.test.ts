import { describe, expect, test } from "bun:test";
import { toolUse } from "../../../src/agents/wire/tool.ts";

const PATCH = "*** Begin Patch\n*** Update File: src/a.ts\n@@\n*** Add File: b.ts\n*** End Patch";

describe("what a tool acts on", () => {
  const rows: [string, unknown, string | null, string | null][] = [
    ["Bash", { command: "ls", description: "x" }, "ls", null],
    ["Bash", { description: "x", command: "ls" }, "ls", null],
    ["shell", { command: ["ls", "-l"] }, "ls -l", null],
    ["shell", { command: ["ls", 7] }, null, null],
    ["execute", { cmd: "ls" }, "ls", null],
    ["Read", { file_path: "/a" }, "/a", "/a"],
    ["view", { path: "/a" }, "/a", "/a"],
    ["read", { filePath: "/a" }, "/a", "/a"],
    ["read_file", { absolute_path: "/a" }, "/a", "/a"],
    ["NotebookEdit", { notebook_path: "/a", new_source: "x" }, "/a", "/a"],
    ["run_command", { command_line: "ls", cwd: "/w" }, "ls", null],
    ["Grep", { pattern: "x", path: "/src" }, "x", null],
    ["ripgrep", { pattern: "x", path: "/src" }, "x", null],
    ["Glob", { pattern: "*.ts" }, "*.ts", null],
    ["LS", { path: "/src" }, "/src", null],
    ["WebSearch", { query: "x" }, "x", null],
    ["WebFetch", { url: "https://a", prompt: "sum up" }, "https://a", null],
    ["Agent", { description: "short", prompt: "long" }, "short", null],
    ["ask", { prompt: "long" }, "long", null],
    ["TodoWrite", { todos: [] }, null, null],
    ["apply_patch", { command: PATCH }, "src/a.ts", "src/a.ts"],
    ["apply_patch", { input: PATCH }, "src/a.ts", "src/a.ts"],
    ["apply_patch", { patchText: PATCH }, "src/a.ts", "src/a.ts"],
    ["ApplyPatch", PATCH, "src/a.ts", "src/a.ts"],
    ["apply_patch", { command: "*** Begin Patch" }, null, null],
    ["bash", '{"command":"ls"}', "ls", null],
    ["bash", "{broken", null, null],
    ["bash", null, null, null],
    ["bash", ["ls"], null, null],
    ["bash", { command: 7, file_path: {} }, null, null],
  ];
  test.each(rows)("%s %j", (name, input, object, file) => {
    expect(toolUse({ name, input })).toMatchObject({ object, file });
  });
});

test("the size of a result is that of its text", () => {
  const size = (output: unknown) => toolUse({ name: "x", input: {}, output })?.outputSize;
  expect(size("héllo\u{1f600}")).toBe(7);
  expect(size({ stdout: "abc", stderr: "", interrupted: false, code: 0 })).toBe(3);
  expect(size([{ text: "ab" }, ["c"]])).toBe(3);
  expect(size("")).toBe(0);
  expect(size(null)).toBeNull();
  expect(size(undefined)).toBeNull();
  let deep: unknown = "x";
  for (let depth = 0; depth < 200_000; depth++) deep = [deep];
  expect(size(deep)).toBe(1);
});

test("a tool without a name is none", () => {
  expect(toolUse({ name: null, input: {} })).toBeNull();
});

test("a negative duration is none", () => {
  expect(toolUse({ name: "x", input: {}, durationMs: -1 })?.durationMs).toBeNull();
});
