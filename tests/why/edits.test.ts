import { expect, test } from "bun:test";
import { toolUse } from "../../src/agents/wire/tool.ts";
import { editsOf } from "../../src/why/edits.ts";

function edits(name: string, input: unknown, ok = true) {
  const tool = toolUse({ name, input, ok });
  return tool === null ? [] : editsOf(tool);
}

const replaced = [{ file: "/w/a.ts", old: ["one", "two"], now: ["one", "three"] }];
const [old, now] = ["one\ntwo", "one\nthree"];

test.each([
  ["Edit", { file_path: "/w/a.ts", old_string: old, new_string: now }],
  ["MultiEdit", { file_path: "/w/a.ts", edits: [{ old_string: old, new_string: now }] }],
  ["replace", { file_path: "/w/a.ts", old_string: old, new_string: now }],
  ["edit", { path: "/w/a.ts", old_str: old, new_str: now }],
  ["str_replace_editor", { command: "str_replace", path: "/w/a.ts", old_str: old, new_str: now }],
  ["edit", { filePath: "/w/a.ts", oldString: old, newString: now }],
  ["StrReplaceFile", { path: "/w/a.ts", edit: { old, new: now } }],
  [
    "replace_in_file",
    { path: "/w/a.ts", diff: `<<<<<<< SEARCH\n${old}\n=======\n${now}\n>>>>>>> REPLACE` },
  ],
])("%s replaces", (name, input) => {
  expect(edits(name, input)).toEqual(replaced);
});

test.each([
  ["Write", { file_path: "/w/a.ts", content: "x\ny" }],
  ["write_file", { file_path: "/w/a.ts", content: "x\ny" }],
  ["create", { path: "/w/a.ts", file_text: "x\ny" }],
  ["write", { filePath: "/w/a.ts", content: "x\ny" }],
  ["WriteFile", JSON.stringify({ path: "/w/a.ts", content: "x\ny" })],
])("%s writes the whole file", (name, input) => {
  expect(edits(name, input)).toEqual([{ file: "/w/a.ts", old: null, now: ["x", "y"] }]);
});

const PATCH = `*** Begin Patch
*** Add File: new.ts
+x
*** Update File: a.ts
*** Move to: b.ts
@@ function
 one
-two
+three
*** Delete File: old.ts
*** End Patch`;

test.each([
  ["apply_patch", PATCH],
  ["apply_patch", { input: PATCH }],
  ["shell", { command: ["apply_patch", PATCH] }],
  ["shell", { command: `apply_patch <<'EOF'\n${PATCH}\nEOF` }],
  ["patch", { patchText: PATCH }],
])("%s applies a patch", (name, input) => {
  const change = { old: ["one", "two"], now: ["one", "three"] };
  expect(edits(name, input)).toEqual([
    { file: "new.ts", old: null, now: ["x"] },
    { file: "a.ts", ...change },
    { file: "b.ts", ...change },
    { file: "old.ts", old: null, now: [] },
  ]);
});

test("a command of a shell may change any file", () => {
  expect(edits("Bash", { command: "cat > a.ts <<EOF\nx\nEOF" })).toEqual([
    { file: null, old: [], now: ["cat > a.ts <<EOF", "x", "EOF"] },
  ]);
});

test.each([
  ["Read", { file_path: "/w/a.ts" }],
  ["Edit", { file_path: "/w/a.ts" }],
  ["Edit", { old_string: "x", new_string: "y" }],
  ["Edit", null],
  ["Edit", "{not json"],
  ["edit", { path: 7, old_str: [], new_str: {} }],
])("%s of %p changes nothing", (name, input) => {
  expect(edits(name, input)).toEqual([]);
});

test("what failed changed nothing", () => {
  expect(edits("Write", { file_path: "/w/a.ts", content: "x" }, false)).toEqual([]);
});
