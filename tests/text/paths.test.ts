import { expect, test } from "bun:test";
import { shortPaths } from "../../src/text/paths.ts";

const folders = { root: "/home/ada/src/shop", home: "/home/ada" };

test.each([
  ["Read: /home/ada/src/shop/a/b.ts", "Read: a/b.ts"],
  ["cp /home/ada/src/shop/a '/home/ada/src/shop/b c'", "cp a 'b c'"],
  ["Read: /home/ada/notes.md", "Read: ~/notes.md"],
  ["--file=/home/ada/src/shop/a", "--file=a"],
  ["cd /home/ada/src/shop", "cd ~/src/shop"],
  ["/home/ada/src/shopping/a", "~/src/shopping/a"],
  ["/mnt/home/ada/src/shop/a", "/mnt/home/ada/src/shop/a"],
  ["file:///home/ada/src/shop/a", "file:///home/ada/src/shop/a"],
])("%p is shown as %p", (text, shown) => expect(shortPaths(text, folders)).toBe(shown));

test("folders that say nothing shorten nothing", () => {
  expect(shortPaths("/a/b", { root: "/", home: "/" })).toBe("/a/b");
  expect(shortPaths("/a/b", { root: null, home: undefined })).toBe("/a/b");
});
