import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { loadedWith, SOURCES } from "../support/sources.ts";

const PAGE = "web/page/";
const page = [...SOURCES.values()].filter(({ path }) => path.startsWith(PAGE));

test("the page's files are found", () => {
  expect(page.map(({ path }) => path)).toContain(`${PAGE}main.tsx`);
  expect(page.length).toBeGreaterThan(10);
});

test("the page loads itself, Preact and what makes text safe, and nothing else", () => {
  const loaded = [...loadedWith(`${PAGE}main.tsx`)].filter((path) => !path.startsWith(PAGE));
  expect(loaded.sort()).toEqual([
    "@preact/signals",
    "errors.ts",
    "preact",
    "preact/hooks",
    "text/duration.ts",
    "text/event-words.ts",
    "text/figures/figures.ts",
    "text/shell-words.ts",
    "text/summary.ts",
    "text/text.ts",
  ]);
});

test("of the commands the page knows the documents, as types", () => {
  const known = page.flatMap(({ path, imports }) =>
    imports
      .filter(({ path: to }) => SOURCES.has(to) && !to.startsWith(PAGE) && !to.startsWith("text/"))
      .map(({ path: to, kind }) => `${path} ${kind} ${to}`),
  );
  expect(known.length).toBeGreaterThan(3);
  const allowed = /^web\/page\/documents\.ts types [a-z]+\/json\.ts$/u;
  expect(known.filter((each) => !allowed.test(each))).toEqual([]);
});

test("text never becomes HTML, style or code", () => {
  const makes =
    /innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write|createContextualFragment|\beval\(|new Function|\bstyle=|javascript:/u;
  expect(page.filter(({ text }) => makes.test(text)).map(({ path }) => path)).toEqual([]);
  const index = readFileSync(`${import.meta.dir}/../../src/${PAGE}index.html`, "utf8");
  expect(index).not.toMatch(/https?:|<style|\son\w+=|style=/u);
});
