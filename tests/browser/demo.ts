import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import { makeDemo } from "../../docs/demo/make.ts";
import { launch } from "./chromium.ts";

// Not named like a test: it needs a browser and tmux, so it is run by `bun run test:browser` alone.
const COMMITTED = `${import.meta.dir}/../../docs/demo.svg`;
const MOST_BYTES = 400_000;

let browser: Browser;
let made = "";
const folder = mkdtempSync(`${tmpdir()}/mm-demo-page-`);
beforeAll(async () => {
  browser = await launch();
  made = await makeDemo();
}, 120_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The picture from its file, and all that it did besides showing itself. */
async function opened(svg: string, reducedMotion: "reduce" | "no-preference") {
  const file = `${folder}/demo.svg`;
  await Bun.write(file, svg);
  const context = await browser.newContext({ offline: true, reducedMotion });
  const page = await context.newPage();
  const deeds: string[] = [];
  page.on("console", (message) => void deeds.push(`console ${message.text()}`));
  page.on("pageerror", (error) => void deeds.push(`error ${error.message}`));
  page.on("request", (request) => void deeds.push(`request ${request.url()}`));
  await page.goto(`file://${file}`);
  return { page, deeds: deeds.filter((deed) => deed !== `request file://${file}`) };
}

/** In the page: the text of the frame at this part of the whole, and whether it fits into the picture. */
const SHOWN_AT = `(at) => {
  for (const animation of document.getAnimations()) {
    animation.pause();
    animation.currentTime = animation.effect.getComputedTiming().duration * at;
  }
  const { left, right } = document.documentElement.getBoundingClientRect();
  const uses = [...document.querySelectorAll(".film use:not([href='#c'])")].filter((use) => {
    const x = use.getBoundingClientRect().left;
    return x >= left && x < right;
  });
  const text = uses.map((use) => document.querySelector(use.getAttribute("href")).textContent);
  const fits = uses.every((use) => use.getBoundingClientRect().right < right);
  return { text: text.join("\\n"), fits };
}`;

async function shownAt(page: Page, part: number): Promise<{ text: string; fits: boolean }> {
  return await page.evaluate(`(${SHOWN_AT})(${part})`);
}

const WORDS = ["mm hooks install claude", "mm ps --watch", "mm search", "mm resume"];

test.each([
  ["that is made now", () => made],
  ["in docs/", () => readFileSync(COMMITTED, "utf8")],
])("the moving picture %s is small, shows every scene, and does nothing else", async (_, svgOf) => {
  const svg = svgOf();
  expect(Buffer.byteLength(svg)).toBeLessThan(MOST_BYTES);
  for (const words of WORDS) expect(svg.replaceAll(/<[^>]*>/gu, "")).toContain(words);
  const { page, deeds } = await opened(svg, "no-preference");
  const shown = [];
  for (let part = 0; part < 1; part += 0.02) shown.push(await shownAt(page, part));
  expect(shown.every(({ fits }) => fits)).toBe(true);
  expect(new Set(shown.map(({ text }) => text)).size).toBeGreaterThan(15);
  expect(deeds).toEqual([]);
});

test("it stands still for people who prefer that", async () => {
  const { page } = await opened(made, "reduce");
  expect(await page.evaluate("document.getAnimations().length")).toBe(0);
});
