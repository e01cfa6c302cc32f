import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { escapeControls } from "../../src/text/text.ts";
import { HOSTILE } from "../support/export-page.ts";
import { launch } from "./chromium.ts";
import { ServedPage, until } from "./served-page.ts";

// Not named like a test: it needs a browser, so it is run by `bun run test:browser` alone.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** A session that holds the text wherever one can. */
function addHostile(served: ServedPage, text: string, index: number): void {
  const own = {
    client: text,
    model: text,
    branch: text,
    cwd: `/w/${text}`,
    root: `/w/${text}`,
    end_reason: text,
  };
  const id = `hostile-${index}`;
  const session = { id, agent: text, title: text, summary: text };
  served.addSession({ ...session, own: { ...own, external_id: text } });
  served.addEvents(id, [
    { type: "prompt", content: text },
    { type: text, content: text },
    {
      type: "tool_call",
      content: `${text}: ${text}\n${text}`,
      metadata: { tool: text, file: text },
    },
    { type: "error", content: text, metadata: { tool: text, error: text } },
    { type: "prompt", content: `${text}\n${text}` },
    { type: "notification", content: text },
  ]);
}

async function hostile(): Promise<ServedPage> {
  const served = new ServedPage(browser);
  await served.mm("session", "start");
  for (const [index, text] of HOSTILE.entries()) addHostile(served, text, index);
  await served.serve();
  return served;
}

/** What a page has that no text may bring in. */
const FOREIGN = `[
  ...[...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames()
    .filter((name) => name.startsWith("on") || name === "style" || name === "srcdoc")),
  ...[...document.querySelectorAll("img, iframe, object, embed, base, animate, foreignObject, body script, body style, body link")]
    .map((element) => element.tagName).filter((name) => name !== "SCRIPT"),
  ...Object.keys(window).filter((key) => key.startsWith("pwned")),
  ...[...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href")).filter((href) => !href.startsWith("#/")),
]`;

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(FOREIGN)).toEqual([]);
}

const shown = (text: string) => escapeControls(text);

describe("whatever sessions hold is text", () => {
  test("in the lists", async () => {
    await using served = await hostile();
    const page = await served.open("#/live");
    await page
      .locator(".row")
      .nth(HOSTILE.length - 1)
      .waitFor();
    for (const view of ["#/live", "#/sessions"]) {
      await served.go(page, view);
      await page
        .locator(".row")
        .nth(HOSTILE.length - 1)
        .waitFor();
      const titles = await page.locator(".row .title").allTextContents();
      const facts = (await page.locator(".row .facts").allTextContents()).join("\n");
      for (const text of HOSTILE) {
        expect(titles).toContain(shown(text));
        expect(facts).toContain(` @ ${shown(text)}`);
      }
      await expectHarmless(page);
    }
    expect(served.deeds).toEqual([]);
  });

  test("in sessions", async () => {
    await using served = await hostile();
    const page = await served.open();
    for (const [index, text] of HOSTILE.entries()) {
      await served.go(page, `#/session/hostile-${index}`);
      const title = page.locator(".head h1 bdi");
      await title.filter({ hasText: shown(text) }).waitFor();
      expect(await title.textContent()).toBe(shown(text));
      expect(await page.locator(".summary").textContent()).toBe(shown(text));
      await page.locator(".event.is-prompt").first().waitFor();
      expect(await page.locator(".event.is-prompt .content").first().textContent()).toBe(
        shown(text),
      );
      expect(await page.locator(".event b").first().textContent()).toBe(shown(text));
      expect(await page.locator(".reason").first().textContent()).toBe(shown(text));
      for (const summary of await page.locator("summary").all())
        await summary.dispatchEvent("click");
      for (const each of await page.locator("h1, b, .content, .facts").all()) {
        await each.dispatchEvent("mouseover");
      }
      await expectHarmless(page);
    }
    expect(served.deeds).toEqual([]);
  }, 120_000);

  test("in searches and figures", async () => {
    await using served = await hostile();
    const page = await served.open("#/figures");
    await page.locator(".bars th").first().waitFor();
    const names = (await page.locator(".bars th").allTextContents()).join("\n");
    expect(HOSTILE.filter((text) => names.includes(shown(text))).length).toBeGreaterThan(5);
    await expectHarmless(page);
    for (const text of HOSTILE) {
      await served.go(page, `#/search?${new URLSearchParams({ q: text })}`);
      await until(page, "document.querySelector('#words') !== null");
      await page.locator(".found, main > p.dim, .trouble").first().waitFor();
      await expectHarmless(page);
    }
    await served.go(page, "#/search?q=script");
    await page.locator(".found mark").first().waitFor();
    await expectHarmless(page);
    expect(served.deeds.filter((deed) => !deed.includes("status of 400"))).toEqual([]);
  }, 120_000);
});

test("a session that began at no time is listed, and the others with it", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start");
  for (const id of ["one", "two"]) served.addSession({ id, title: id });
  served.rows((db) => db.run("UPDATE sessions SET started_at = 'not a date' WHERE id = 'one'"));
  await served.serve();
  const page = await served.open("#/sessions");
  for (const title of ["one", "two"]) {
    await page.locator(".row .title").filter({ hasText: title }).waitFor({ timeout: 10_000 });
  }
  expect(served.deeds).toEqual([]);
});

test("commands to copy hold an id as one word", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start");
  const id = "x; touch $(y) 'z'";
  served.addSession({ id, title: "odd", own: { client: "claude", external_id: id } });
  await served.serve();
  const page = await served.open(`#/session/${encodeURIComponent(id)}`);
  const word = String.raw`'x; touch $(y) '\''z'\'''`;
  await page.locator(".actions").waitFor();
  expect(await page.locator(".command code").textContent()).toBe(`claude --resume ${word}`);
  const copies = page.locator(".actions .copy");
  expect(await copies.nth(2).getAttribute("title")).toBe(
    `mm session export ${word} -o session.html`,
  );
});

/** Sessions with words of a megabyte, a hundred others, and one that asks. */
async function many(): Promise<ServedPage> {
  const served = new ServedPage(browser);
  await served.mm("session", "start");
  const word = "x".repeat(1_000_000);
  served.addSession({
    id: "wide-1",
    title: word.slice(0, 5000),
    own: { branch: word.slice(0, 300), cwd: `/${word.slice(0, 300)}` },
  });
  served.addEvents("wide-1", [
    { type: "prompt", content: word },
    { type: "tool_call", content: `Bash: ${word}`, metadata: { tool: "Bash" } },
    {
      type: "error",
      content: "Bash: make",
      metadata: { tool: "Bash", error: word.slice(0, 3000) },
    },
    { type: "asks", content: word.slice(0, 900) },
  ]);
  for (let n = 0; n < 100; n++) {
    served.addSession({
      id: `session-${n}`,
      title: `Session ${n}`,
      started: n * 3600 + 60,
      ended: n % 4 === 0 ? null : n * 3600,
    });
    served.addEvents(`session-${n}`, [{ type: "prompt", content: `prompt ${n}` }], n * 3600 + 60);
  }
  await served.serve();
  return served;
}

const VIEWS = ["#/live", "#/sessions", "#/session/wide-1", "#/search?q=prompt", "#/figures"];

test.each([360, 800, 1400])(
  "nothing is wider than a window of %i",
  async (width) => {
    await using served = await many();
    const page = await served.open("", { viewport: { width, height: 800 } });
    for (const view of VIEWS) {
      await served.go(page, view);
      await page.locator(".row, .event, .found, .bars").first().waitFor();
      for (const summary of await page.locator(".event summary").all()) await summary.click();
      const found = await page.evaluate("document.documentElement.scrollWidth");
      expect({ view, width: found }).toEqual({ view, width });
    }
    expect(served.deeds).toEqual([]);
  },
  120_000,
);

interface Axe {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

test.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 360],
  ["dark", 360],
] as const)(
  "axe finds nothing in %s, in a window of %i",
  async (colorScheme, width) => {
    await using served = await many();
    const page = await served.open("", { colorScheme, viewport: { width, height: 800 } });
    for (const view of VIEWS) {
      await served.go(page, view);
      await page.locator(".row, .event, .found, .bars").first().waitFor();
      await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
      for (const summary of await page.locator("summary").all()) await summary.click();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<Axe>(
        "axe.run(document, { resultTypes: ['violations'] })",
      );
      const told = violations.map(
        ({ id, impact, nodes }) => `${view} ${impact} ${id}: ${nodes[0]?.html.slice(0, 200)}`,
      );
      expect(told).toEqual([]);
    }
  },
  120_000,
);

test("nothing moves for people who prefer that", async () => {
  await using served = await many();
  const page = await served.open("", { reducedMotion: "reduce" });
  await page.locator(".row").first().waitFor();
  await page.locator(".row").first().hover();
  expect(await page.evaluate("document.getAnimations().length")).toBe(0);
  expect(
    await page.evaluate("getComputedStyle(document.querySelector('.row')).transitionDuration"),
  ).toBe("0s");
});
