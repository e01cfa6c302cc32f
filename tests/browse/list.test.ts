import { describe, expect, test } from "bun:test";
import { type Browsing, firstRow, press, START } from "../../src/browse/list.ts";
import type { Key } from "../../src/context.ts";

const IDS = ["a", "b", "c", "d", "e"];
const AROUND = { ids: IDS, room: 3, lines: 10, filters: true, mayEnd: true };

function keysOf(typed: string): Key[] {
  return typed.split(" ").map((word) => {
    const name = /^<([\w-]+)>$/u.exec(word)?.[1] as Key["name"] | undefined;
    return name === undefined ? { name: "text", text: word } : { name, text: "" };
  });
}

/** What is looked at, and all that was to be done, after keys such as `x <down>`. */
function after(typed: string, around: Partial<typeof AROUND> = {}, from: Partial<Browsing> = {}) {
  let now: Browsing = { ...START, ...from };
  const done: string[] = [];
  for (const key of keysOf(typed)) {
    const pressed = press(now, key, { ...AROUND, ...around });
    now = pressed.now;
    if (pressed.does !== null) done.push(`${pressed.does} ${now.selected ?? ""}`.trim());
  }
  return { ...now, done };
}

describe("a list that is filtered", () => {
  test.each([
    ["<enter>", ["resume a"]],
    ["<down> <enter>", ["resume b"]],
    ["<down> <down> <up> <enter>", ["resume b"]],
    ["<up> <enter>", ["resume a"]],
    ["<page-down> <enter>", ["resume c"]],
    ["<end> <down> <enter>", ["resume e"]],
    ["<end> <home> <enter>", ["resume a"]],
    ["<escape>", ["leave"]],
    ["<tab> <escape>", []],
    ["<tab> <tab> <escape>", ["leave a"]],
    ["<down> <tab> <down> <enter>", ["resume b"]],
  ])("%s: %j", (typed, done) => {
    expect(after(typed).done).toEqual(done);
  });

  test("takes all that is typed, and no letter is a command", () => {
    expect(after("q e 설 <backspace> j")).toMatchObject({ filter: "qej", done: [] });
    expect(after("<backspace>").filter).toBe("");
    expect(after("x y <clear> z").filter).toBe("z");
    expect(after("👨‍👩‍👧 <backspace>").filter).toBe("");
  });

  test("starts from its first row again whenever the filter changes", () => {
    expect(after("<down> <down> x <enter>").done).toEqual(["resume a"]);
  });

  test("does nothing where nothing matches", () => {
    expect(after("x <enter> <tab> <down> <up>", { ids: [] })).toMatchObject({
      selected: null,
      scrolled: null,
      done: [],
    });
  });
});

describe("a list that changes by itself", () => {
  const watched = { filters: false };

  test.each([
    ["q", ["leave"]],
    ["Q", ["leave"]],
    ["<escape>", ["leave"]],
    ["x <enter> <enter>", ["resume a"]],
    ["j j k <enter>", ["resume a"]],
    ["<end> <enter>", ["resume e"]],
    ["<home> <enter>", ["resume a"]],
    ["<up> <enter>", ["resume e"]],
    ["<down> e y", ["end a"]],
    ["<down> e Y", ["end a"]],
    ["<down> e n", []],
    ["<down> e <enter>", []],
    ["<down> e q", []],
    ["e e y", ["end a"]],
  ])("%s: %j", (typed, done) => {
    expect(after(typed, watched).done).toEqual(done);
  });

  test("selects nothing by itself, nor what isn't there any more", () => {
    expect(after("x", watched).selected).toBeNull();
    expect(after("<enter>", watched, { selected: "gone" })).toMatchObject({
      selected: "a",
      done: [],
    });
  });

  test("ends nothing where nothing can be ended", () => {
    expect(after("<down> e y", { ...watched, mayEnd: false }).done).toEqual([]);
  });
});

test("a text scrolls as far as it goes", () => {
  const scrolled = (typed: string) => after(`<tab> ${typed}`).scrolled;
  expect(scrolled("<up>")).toBe(0);
  expect(scrolled("<down> <down>")).toBe(2);
  expect(scrolled("<page-down>")).toBe(2);
  expect(scrolled("<end> <down>")).toBe(7);
  expect(scrolled("<end> <home>")).toBe(0);
  expect(after("<tab> <down>", { lines: 2 }).scrolled).toBe(0);
});

test.each([
  [0, 0, 10, 4, 0],
  [0, 3, 10, 4, 0],
  [0, 4, 10, 4, 1],
  [5, 4, 10, 4, 4],
  [5, 9, 10, 4, 6],
  [9, -1, 10, 4, 6],
  [3, -1, 2, 4, 0],
  [0, 1, 3, 0, 2],
])("from row %p, row %p of %p is among %p from row %p on", (top, index, length, room, first) => {
  expect(firstRow(top, index, length, room)).toBe(first);
});
