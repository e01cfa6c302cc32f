import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import { html } from "../../src/exchange/page/html.ts";
import { HOSTILE, hostileSession, rendered, UTC } from "../support/export-page.ts";
import { launch } from "./chromium.ts";

// Not named like a test: it needs a browser, so it is run by `bun run test:browser` alone.

/** Two turns, of which the second has a failure. */
function turns() {
  const { session } = hostileSession("x", 0);
  const event = (type: string, content: string, error?: string) => ({
    row: {
      event_type: type,
      content,
      created_at: "2026-11-22T12:10:00+00:00",
      metadata: JSON.stringify({ error }),
    },
    own: null,
  });
  const events = [
    event("prompt", "Fix the parser"),
    event("tool_call", "Read: a"),
    event("prompt", "and test it"),
    event("error", "Bash: make", "Exit code 2"),
  ];
  return { session, events, shown: "" };
}

let browser: Browser;
const folder = mkdtempSync(`${tmpdir()}/mm-page-`);
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page from its file, and all that it did beside showing itself. */
async function opened(text: string): Promise<{ page: Page; deeds: string[] }> {
  const file = `${folder}/page.html`;
  await Bun.write(file, text);
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const deeds: string[] = [];
  page.on("dialog", (dialog) => {
    deeds.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => void deeds.push(`console ${message.text()}`));
  page.on("pageerror", (error) => void deeds.push(`error ${error.message}`));
  page.on("request", (request) => void deeds.push(`request ${request.url()}`));
  await page.goto(`file://${file}`);
  return { page, deeds };
}

test("whatever sessions hold is shown and never runs", async () => {
  const sessions = HOSTILE.map((text, index) => hostileSession(text, index));
  const { page, deeds } = await opened(rendered(html("2026-11-22T12:00:00+00:00", UTC), sessions));
  // What waits to be touched would run now.
  for (const summary of await page.locator("summary").all()) await summary.dispatchEvent("click");
  for (const title of await page.locator("h2, b, p, code").all()) {
    await title.dispatchEvent("mouseover");
    await title.dispatchEvent("click");
  }
  expect(deeds).toEqual([`request file://${folder}/page.html`]);
  expect(
    await page.evaluate("Object.keys(window).filter((key) => key.startsWith('pwned'))"),
  ).toEqual([]);
  const elements =
    "script, img, iframe, object, embed, link, base, form, input, animate, foreignObject";
  expect(await page.locator(elements).count()).toBe(0);
  expect(await page.locator("style, title:not(svg title)").count()).toBe(2);
  const attributes = `[...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames())
    .filter((name) => name.startsWith("on") || name === "style" || name === "src")`;
  expect(await page.evaluate(attributes)).toEqual([]);
  const links = `[...document.querySelectorAll("a")].map((link) => link.getAttribute("href"))`;
  const anchors = HOSTILE.map((_, index) => `#s${index + 1}`);
  expect(await page.evaluate(links)).toEqual([...anchors, ...anchors.map(() => "#top")]);
});

test.each(HOSTILE.map((text) => [text]))("%j is shown as it is written", async (text) => {
  const { page } = await opened(
    rendered(html("2026-11-22T12:00:00+00:00", UTC), [hostileSession(text, 0)]),
  );
  const shown = hostileSession(text, 0).shown;
  expect(await page.locator("h1").textContent()).toBe(shown);
  expect(await page.locator("li code").first().textContent()).toBe(shown);
  expect(await page.locator("li b").first().textContent()).toBe(shown);
  expect(await page.locator(".did").textContent()).toBe(shown);
  expect(await page.locator(".facts").first().textContent()).toContain(shown);
});

test("the list leads to each session, and the picture shows its events", async () => {
  const sessions = HOSTILE.map((text, index) => hostileSession(text, index));
  const { page } = await opened(rendered(html("2026-11-22T12:00:00+00:00", UTC), sessions));
  await page.locator("nav a").nth(2).click();
  expect(page.url()).toEndWith("#s3");
  const top = await page.locator("#s3").evaluate((element) => element.getBoundingClientRect().top);
  expect(Math.abs(top)).toBeLessThan(40);
  expect(await page.locator("section figure").count()).toBe(HOSTILE.length);
  const box = await page.locator("#s1 svg rect.tools").first().boundingBox();
  expect(box?.width).toBeGreaterThan(3);
  expect(await page.locator("#s1 svg rect.tools title").first().textContent()).toBe(
    "12:30:00: 1 tool call",
  );
});

test.each([360, 1200])("nothing is wider than a window of %i", async (width) => {
  const { page } = await opened(
    rendered(html("2026-11-22T12:00:00+00:00", UTC), [hostileSession("x".repeat(5000), 0)]),
  );
  await page.setViewportSize({ width, height: 800 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
});

test.each(["light", "dark"] as const)(
  "in %s mode, what was asked is larger than what was done",
  async (colorScheme) => {
    const file = `${folder}/scheme.html`;
    await Bun.write(file, rendered(html("2026-11-22T12:00:00+00:00", UTC), [turns()]));
    const context = await browser.newContext({ offline: true, colorScheme });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    const style = (selector: string, name: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element, property) => {
          return (
            element.ownerDocument.defaultView
              ?.getComputedStyle(element)
              .getPropertyValue(property) ?? ""
          );
        }, name);
    const size = async (selector: string) => Number.parseFloat(await style(selector, "font-size"));
    expect(await size(".prompt")).toBeGreaterThan(16);
    expect(await size(".turn li code")).toBeLessThan(14);
    const back = await style("body", "background-color");
    expect(back).toBe(colorScheme === "dark" ? "rgb(20, 23, 28)" : "rgb(255, 255, 255)");
    expect(await page.locator("details[open] .error i").isVisible()).toBe(true);
    expect(await page.locator("details:not([open]) li").first().isVisible()).toBe(false);
  },
);
