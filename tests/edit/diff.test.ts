import { expect, test } from "bun:test";
import { unifiedDiff } from "../../src/edit/merge.ts";
import { Machine } from "../support/machine.ts";
import { needs } from "../support/tools.ts";

needs("patch").each([
  ["a line more", "a\nb\nc\n", "a\nb\nx\nc\n"],
  ["the first and the last", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "0\nb\nc\nd\ne\nf\ng\nh\ni\n9\n"],
  ["no final newline", "a\nb", "a\nb\nc"],
  ["all of it gone", "a\nb\n", ""],
  ["from nothing", "", "a\n"],
  ["CRLF", "a\r\nb\r\n", "a\r\nx\r\nb\r\n"],
  ["moved", "a\nb\nc\nd\n", "c\nd\na\nb\n"],
])("%s: patch makes the new one of the old one", async (_, before, after) => {
  using machine = new Machine();
  const file = machine.put(`${machine.folder}/x`, before);
  const diff = unifiedDiff("/x", before, after);
  const child = Bun.spawn(["patch", "--binary", "-s", file], {
    stdin: new Blob([diff]),
    stdout: "pipe",
  });
  expect(await child.exited).toBe(0);
  expect(machine.read(file)).toBe(after);
});

test("the text of it", () => {
  const before = Array.from({ length: 20 }, (_, n) => `${n}\n`).join("");
  const after = before.replace("2\n", "2\nnew\n").replace("15\n", "");
  expect(unifiedDiff("/f", before, after)).toBe(
    "--- a/f\n+++ b/f\n@@ -1,5 +1,6 @@\n 0\n 1\n 2\n+new\n 3\n 4\n@@ -13,7 +14,6 @@\n 12\n 13\n 14\n-15\n 16\n 17\n 18\n".replace(
      "@@ -1,5 +1,6 @@\n 0\n 1\n 2\n+new\n 3\n 4\n",
      "@@ -1,6 +1,7 @@\n 0\n 1\n 2\n+new\n 3\n 4\n 5\n",
    ),
  );
  expect(unifiedDiff("/f", before, before)).toBe("");
  expect(unifiedDiff("/f", null, "a\n")).toBe("--- /dev/null\n+++ b/f\n@@ -0,0 +1,1 @@\n+a\n");
  expect(unifiedDiff("/f", "a\n", null)).toBe("--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
});
