import { expect, test } from "bun:test";
import { touchedFiles } from "../../src/digest/touched-file.ts";

function calls(...of: [path: string, tool: string, failed?: boolean][]) {
  return of.map(([path, tool, failed = false]) => ({ path, tool, failed, count: 2 }));
}

test.each([
  ["Edit", "changed"],
  ["MultiEdit", "changed"],
  ["Write", "changed"],
  ["write_file", "changed"],
  ["replace", "changed"],
  ["apply_patch", "changed"],
  ["str_replace_editor", "changed"],
  ["NotebookEdit", "changed"],
  ["Read", "read"],
  ["read_file", "read"],
  ["view", "read"],
  ["Grep", "read"],
  ["mcp__thing__do", "other"],
  ["", "other"],
])("a call of %s counts as %s", (tool, effect) => {
  const [file] = touchedFiles(calls(["a", tool]));
  expect(file).toEqual({ path: "a", changed: 0, read: 0, other: 0, failed: 0, [effect]: 2 });
});

test("a failed call changes nothing; what was changed most comes first", () => {
  const files = touchedFiles(
    calls(
      ["failed", "Edit", true],
      ["read", "Read"],
      ["both", "Read"],
      ["both", "Edit"],
      ["__proto__", "Edit"],
    ),
  );
  expect(files.map(({ path }) => path)).toEqual(["both", "__proto__", "read", "failed"]);
  expect(files.at(-1)).toMatchObject({ changed: 0, failed: 2 });
});
