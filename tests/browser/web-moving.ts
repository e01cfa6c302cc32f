import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launch } from "./chromium.ts";
import { tasksOf } from "./frames.ts";
import { ServedPage, until } from "./served-page.ts";

// Not named like a test: it needs a browser, so it is run by `bun run test:browser` alone.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const prompt = (content: string, after = 1) => ({ type: "prompt", content, after });
const tool = (content: string, after = 1) => ({
  type: "tool_call",
  content,
  after,
  metadata: { tool: "Bash" },
});

/** Notes when a text first appears on the page. */
const WATCH = `
  window.seen = {};
  const look = () => {
    for (const [, n] of document.body.textContent.matchAll(/prompt number (\\d+)\\./g)) window.seen[n] ??= Date.now();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

async function seenAt(page: Page, n: number): Promise<number> {
  await until(page, `window.seen[${n}] !== undefined`);
  return await page.evaluate<number>(`window.seen[${n}]`);
}

test("what hooks tell is there within moments, once and in order", async () => {
  await using served = new ServedPage(browser);
  await served.hook("SessionStart", { source: "startup" });
  await served.hook("UserPromptSubmit", { prompt: "Begin" });
  await served.serve();
  const [{ id = "" } = {}] = JSON.parse(await served.mm("ps", "--json")).sessions;
  const live = await served.open();
  const session = await served.open(`#/session/${id}`);
  await session.locator(".event").first().waitFor();
  for (const page of [live, session]) await page.evaluate(WATCH);
  const waits: number[] = [];
  for (let n = 0; n < 20; n++) {
    const from = Date.now();
    await served.hook("UserPromptSubmit", { prompt: `prompt number ${n}.`, prompt_id: `p${n}` });
    waits.push((await seenAt(session, n)) - from, (await seenAt(live, n)) - from);
    await Bun.sleep((n * 137) % 1000);
  }
  const prompts = await session.locator(".event.is-prompt .content").allTextContents();
  expect(prompts).toEqual([
    "Begin",
    ...Array.from({ length: 20 }, (_, n) => `prompt number ${n}.`),
  ]);
  const sorted = waits.sort((a, b) => a - b);
  const [p50, p95] = [sorted[sorted.length / 2], sorted[Math.floor(sorted.length * 0.95)]];
  console.log(`from the start of a hook call to the page: p50 ${p50} ms, p95 ${p95} ms`);
  expect(served.deeds).toEqual([]);
}, 120_000);

describe("10,000 events", () => {
  const EVENTS = 10_000;
  const EVERY = 100;

  async function long(every = EVERY): Promise<{ served: ServedPage; first: number }> {
    const served = new ServedPage(browser);
    await served.mm("session", "start");
    const events = Array.from({ length: EVENTS }, (_, n) =>
      n % every === 0 ? prompt(`prompt ${n}`, n) : tool(`Bash: command ${n}`, n),
    );
    served.addSession({ id: "long-1", title: "Long", started: 20_000 });
    served.addEvents("long-1", events, 20_000);
    await served.serve();
    const page = JSON.parse(
      await served.mm("events", "long-1", "--limit", "1", "--after", "0", "--json"),
    );
    return { served, first: page.events[0].id };
  }

  test("the first screen is small, and everything can be reached", async () => {
    const { served, first } = await long(20);
    await using _ = served;
    const page = await served.open("#/figures");
    const started = Date.now();
    let ms = 0;
    const tasks = await tasksOf(page, async () => {
      await served.go(page, "#/session/long-1");
      await page.locator(".event").first().waitFor();
      ms = Date.now() - started;
    });
    const cpu = tasks.reduce((sum, task) => sum + task, 0);
    console.log(`a session of ${EVENTS} events: ${ms} ms, ${cpu.toFixed(0)} ms of them work`);
    expect(cpu).toBeLessThan(1000);
    await until(page, "document.querySelector('.contents .count')?.textContent === '500'");
    const nodes = await page.evaluate<number>("document.querySelectorAll('*').length");
    expect(nodes).toBeLessThan(5000);
    await served.go(page, `#/session/long-1/${first + 5000}`);
    const meant = page.locator(".event.is-meant");
    await meant.waitFor();
    expect(await meant.textContent()).toContain("prompt 5000");
    expect(await meant.isVisible()).toBe(true);
    const top = await meant.evaluate((element) => element.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(400);
  });

  test("[ and ] reach every prompt", async () => {
    const { served, first } = await long();
    await using _ = served;
    const page = await served.open(`#/session/long-1/${first}`);
    await page.locator(".event.is-meant").waitFor();
    await until(page, "document.querySelectorAll('.contents a').length > 0");
    for (let n = EVERY; n < EVENTS; n += EVERY) {
      await page.keyboard.press("]");
      await until(page, `location.hash === "#/session/long-1/${first + n}"`);
      await until(page, `document.querySelector("#e${first + n}.is-meant") !== null`);
    }
    // Nobody waits until a prompt is there before going on to the one before it.
    for (const _ of [1, 2, 3]) await page.keyboard.press("[");
    await until(page, `location.hash === "#/session/long-1/${first + EVENTS - 4 * EVERY}"`);
    await until(
      page,
      `document.querySelector("#e${first + EVENTS - 4 * EVERY}.is-meant") !== null`,
    );
    const most = await page.evaluate<number>("document.querySelectorAll('*').length");
    expect(most).toBeLessThan(20_000);
    expect(await page.evaluate<string>("location.hash")).toContain("long-1");
    expect(served.deeds).toEqual([]);
  }, 120_000);
});
