import { expect, test } from "bun:test";
import { lineBefore, parseBlame, textLines, unquoted } from "../../src/why/blame.ts";
import { patchedFiles } from "../../src/why/commit.ts";
import { type Line, ownerOf, type ToldEdit } from "../../src/why/owner.ts";

type Change = readonly [session: string, old: string | null, now: string];

function owner(text: string, changes: readonly Change[], line: Partial<Line> = {}): string | null {
  const edits = changes.map(
    ([session, old, now], at): ToldEdit => ({
      session,
      at,
      file: "a.ts",
      old: old === null ? null : old === "" ? [] : old.split("\n"),
      now: now.split("\n"),
      tool: "Edit",
      prompt: null,
      said: null,
    }),
  );
  const found = ownerOf(edits, {
    text,
    above: [],
    below: [],
    isUnique: true,
    wasThere: () => false,
    ...line,
  });
  return found && `${found.edit.session} ${found.isCertain ? "certain" : "likely"}`;
}

test.each<readonly [string, readonly Change[], string | null]>([
  ["x = 1", [["a", "", "x = 1"]], "a certain"],
  ["x = 1", [["a", null, "x = 1\ny"]], "a certain"],
  [
    "x = 1",
    [
      ["a", "", "x = 1"],
      ["b", null, "x = 1\ny"],
    ],
    "a certain",
  ],
  [
    "x = 1",
    [
      ["a", "", "x = 1"],
      ["b", "x = 1", ""],
    ],
    null,
  ],
  [
    "x = 1",
    [
      ["a", "", "x = 1"],
      ["b", "x = 1", "x = 2"],
      ["c", "x = 2", "x = 1"],
    ],
    "c certain",
  ],
  [
    "x = 1",
    [
      ["a", "", "x = 1"],
      ["b", null, "y"],
    ],
    null,
  ],
  ["x = 1", [["a", "x = 1\ny", "x = 1\nz"]], null],
  ["x = 1", [["a", "x = 1\ny", "y\nx = 1"]], "a likely"],
  [
    "x = 10",
    [
      ["a", "", "x = 10"],
      ["b", "10", "20"],
    ],
    null,
  ],
  ["x = '1';", [["a", "", '  x = "1"']], null],
  ["x = 'abcd';", [["a", "", '  x = "abcd"']], "a likely"],
  ["x = 1", [], null],
])("%p after %p is of %p", (text, changes, expected) => {
  expect(owner(text, changes)).toBe(expected);
});

test("a part of a line counts if the line was as it says", () => {
  const change: Change = ["a", "one", "two"];
  expect(owner("x = two;", [change], { wasThere: (line) => line === "x = one;" })).toBe(
    "a certain",
  );
  expect(owner("x = two;", [change])).toBeNull();
});

test("a lone bracket is certain only with all its neighbours", () => {
  const change: Change = ["a", "", "f() {\n  g();\n}\n\nh();"];
  const around = { isUnique: false, above: ["  g();", "f() {"], below: ["", "h();"] };
  expect(owner("}", [change], around)).toBe("a certain");
  expect(owner("}", [change], { ...around, below: ["other"] })).toBe("a likely");
});

test("of two that wrote the same line, the neighbours tell", () => {
  const changes: Change[] = [
    ["a", "", "start();\nreturn null;\nend();"],
    ["b", "", "begin();\nreturn null;\nfinish();"],
  ];
  const line = (above: string, below: string) => ({
    isUnique: false,
    above: [above],
    below: [below],
  });
  expect(owner("return null;", changes, line("start();", "end();"))).toBe("a certain");
  expect(owner("return null;", changes, line("begin();", "finish();"))).toBe("b certain");
  expect(owner("return null;", changes, line("x", "y"))).toBe("b likely");
});

test.each([
  ["a b", "a b"],
  ['"a\\tb"', "a\tb"],
  ['"\\303\\251 \\"x\\" \\\\"', 'é "x" \\'],
  ['"two\\nlines"', "two\nlines"],
])("git's %p is %p", (printed, path) => {
  expect(unquoted(printed)).toBe(path);
});

test("what git blame prints", () => {
  const id = "a".repeat(40);
  const printed = `${id} 3 5 1
author Ada
author-time 1700000000
committer-time 1700000100
summary a b
previous ${"b".repeat(40)} "old\\tname"
filename new.ts
\tsummary of the line`;
  expect(parseBlame(printed)).toEqual({
    commit: {
      id,
      author: "Ada",
      subject: "a b",
      writtenAt: 1_700_000_000_000,
      committedAt: 1_700_000_100_000,
    },
    path: "new.ts",
    pathBefore: "old\tname",
    parent: "b".repeat(40),
    isBoundary: false,
    line: 3,
  });
  expect(parseBlame("")).toBeNull();
  expect(parseBlame("fatal: no such path")).toBeNull();
});

test.each([
  ["a\nb\nc", "a\nb\nc", [1, 2, 3]],
  ["a\nb\nc", "a\nx\nc", [1, null, 3]],
  ["a\nb\nc", "x\na\nb\nc\ny", [null, 1, 2, 3, null]],
  ["a\nb\nc\nd", "a\nd", [1, 4]],
  ["a\nb\nc\nd\ne", "a\nx\nc\ny\ne", [1, null, 3, null, 5]],
  ["", "a", [null]],
  ["a  \r\nb", "a\nb", [1, 2]],
])("lines of %p in %p", (old, now, expected) => {
  const [before, after] = [textLines(old), textLines(now)];
  expect(after.map((_, index) => lineBefore(before, after, index + 1))).toEqual(expected);
});

test("a patch's files, with lines that look like heads", () => {
  const patch = `diff --git a/a.ts b/b.ts
similarity index 90%
--- a/a.ts
+++ b/b.ts
@@ -1,2 +1,2 @@
--- old
+++ new
diff --git a/gone.ts b/gone.ts
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
`;
  expect(patchedFiles(patch)).toEqual([
    { path: "b.ts", pathBefore: "a.ts", added: ["++ new"], removed: ["-- old"] },
  ]);
});
