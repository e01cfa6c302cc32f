import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { TRANSCRIPTS } from "../support/transcripts.ts";
import { launch } from "./chromium.ts";
import { FRAME_MS, tasksOf } from "./frames.ts";
import { ServedPage, until } from "./served-page.ts";

// Not named like a test: it needs a browser, so it is run by `bun run test:browser` alone.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const SESSIONS = 800;
const TIMES = 5;

/** 800 sessions, 30 of them live. */
async function many(): Promise<ServedPage> {
  const served = new ServedPage(browser);
  await served.mm("session", "start");
  await served.mm("session", "end", "--auto");
  for (let n = 0; n < SESSIONS; n++) {
    const own = { root: "/w/shop", cwd: "/w/shop", branch: "main", model: "opus" };
    const ended = n < 30 ? null : n * 600;
    served.addSession({
      id: `session-${n}`,
      title: `Session ${n}`,
      started: n * 600 + 300,
      ended,
      own,
    });
  }
  await served.serve();
  return served;
}

/** The longest task of each of several times, of which the least counts: what runs first is compiled first. */
function least(longest: readonly (number | undefined)[]): number {
  return Math.min(...longest.map((ms = Number.POSITIVE_INFINITY) => ms));
}

test("of 800 sessions a list is drawn in frames, and a change costs one at most", async () => {
  await using served = await many();
  const page = await served.open("#/figures");
  const rows = () => page.locator(".row").count();
  const drawing: (number | undefined)[] = [];
  for (let n = 0; n < TIMES; n++) {
    await served.go(page, "#/figures");
    await page.locator(".bars th").first().waitFor();
    const [longest] = await tasksOf(page, async () => {
      await served.go(page, "#/sessions");
      await until(page, "document.querySelectorAll('.row').length === 200");
    });
    drawing.push(longest);
  }
  const changing: (number | undefined)[] = [];
  for (let n = 0; n < TIMES; n++) {
    const [longest] = await tasksOf(page, async () => {
      await served.mm("activity", "log", "-c", `change ${n}`, "--session", `session-${n}`);
      await page.locator(".row .facts", { hasText: "1 event" }).nth(n).waitFor();
      await Bun.sleep(500);
    });
    changing.push(longest);
  }
  const told = [drawing, changing].map((longest) => least(longest).toFixed(1));
  console.log(`longest task: ${told[0]} ms while 200 rows are drawn, ${told[1]} ms at a change`);
  expect(await rows()).toBe(200);
  expect(least(drawing)).toBeLessThan(FRAME_MS);
  expect(least(changing)).toBeLessThan(FRAME_MS);
  for (const count of [400, 600, 800]) {
    await page.getByRole("button", { name: "200 more" }).click();
    await until(page, `document.querySelectorAll(".row").length >= ${count}`);
  }
  expect(served.deeds).toEqual([]);
}, 120_000);

test("tokens and their cost read as on the command line", async () => {
  await using served = new ServedPage(browser);
  const name = "4ed12102-7545-43e2-a232-7c7a705cdd97.jsonl";
  const text = readFileSync(
    `${TRANSCRIPTS}/claude/home/.claude/projects/-home-ada-shop/${name}`,
    "utf8",
  );
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(
    `${served.box.folder}/${name}`,
    text.replaceAll(/20\d\d-\d\d-\d\dT/gu, `${today}T`),
  );
  await served.mm("import", `${served.box.folder}/${name}`);
  const total = (await served.mm("stats", "cost"))
    .split("\n")
    .find((row) => row.startsWith("Total"));
  const [, cost, , tokens] = total?.split(/ {2,}/u) ?? [];
  expect(tokens).toMatch(/k$/u);
  await served.serve();
  const page = await served.open("#/figures");
  const sum = (name: string) => page.locator(".sums > div", { hasText: name }).locator("dd");
  await sum("at list prices").waitFor();
  expect(await sum("at list prices").textContent()).toBe(cost ?? "");
  expect(await sum("tokens").textContent()).toBe(tokens ?? "");
});

test("at 360 pixels an option of a command is in one line", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start");
  for (let n = 20; n < 40; n++) {
    const cwd = `/${"w".repeat(n)}`;
    served.addSession({ id: `to-resume-${n}`, title: "Resume me", own: { root: cwd, cwd } });
  }
  await served.serve();
  const page = await served.open("", { viewport: { width: 360, height: 740 } });
  for (let n = 20; n < 40; n++) {
    await served.go(page, `#/session/to-resume-${n}`);
    const option = page.locator(".command code", { hasText: `to-resume-${n}` }).locator(".option");
    expect(await option.textContent()).toBe("--resume");
    expect(await option.evaluate((element) => element.getClientRects().length)).toBe(1);
  }
});

test("the command that is copied resumes the session, in its folder", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start");
  const folder = `${served.box.folder}/it's a shop`;
  mkdirSync(`${served.box.folder}/bin`);
  mkdirSync(folder);
  const claude = `${served.box.folder}/bin/claude`;
  writeFileSync(claude, `#!/bin/sh\nprintf '%s\\n' "$PWD" "$@" > '${served.box.folder}/ran'\n`);
  chmodSync(claude, 0o755);
  served.addSession({ id: "to-resume", title: "Resume me", own: { root: folder, cwd: folder } });
  await served.serve();
  const page = await served.open("#/session/to-resume");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(".command .copy").click();
  const copied = await page.evaluate<string>("navigator.clipboard.readText()");
  const path = `${served.box.folder}/bin:${process.env["PATH"]}`;
  const { exitCode } = Bun.spawnSync(["sh", "-c", copied], { env: { PATH: path } });
  expect(exitCode).toBe(0);
  expect(readFileSync(`${served.box.folder}/ran`, "utf8")).toBe(`${folder}\n--resume\nto-resume\n`);
});

test("a field shows what the address asks for, and keeps what somebody types", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start", "-t", "Fix the cart");
  await served.serve();
  const page = await served.open("#/search?q=cart");
  const words = page.getByLabel("Words");
  await page.locator(".found").first().waitFor();
  expect(await words.inputValue()).toBe("cart");
  await served.go(page, "#/search?file=src/cart.ts");
  await page.getByText("Nothing found.").waitFor();
  expect(await words.inputValue()).toBe("");
  await words.pressSequentially("fix cart", { delay: 40 });
  await until(page, "location.hash.includes('q=fix+cart')");
  expect(await words.inputValue()).toBe("fix cart");

  await words.pressSequentially(" and");
  await served.go(page, "#/sessions");
  await page.locator(".row").first().waitFor();
  await Bun.sleep(400);
  expect(new URL(page.url()).hash).toBe("#/sessions");
  const agent = page.getByLabel("Agent");
  await agent.pressSequentially("cod");
  await served.mm("session", "start", "-t", "Meanwhile");
  await page.locator(".row", { hasText: "Meanwhile" }).waitFor();
  expect(await agent.inputValue()).toBe("cod");
  await agent.press("Enter");
  await page.getByText("No sessions found.").waitFor();
  expect(served.deeds).toEqual([]);
});

test("while somebody types on, what was found before stays where it is", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start", "-t", "Fix the cart");
  await served.serve();
  const page = await served.open("#/search?q=cart");
  await page.locator(".found").first().waitFor();
  await page.evaluate(`
    window.moved = false;
    const top = document.querySelector(".found").offsetTop;
    new MutationObserver(() => {
      window.moved ||= document.querySelector(".found")?.offsetTop !== top;
    }).observe(document.querySelector("main"), { childList: true, subtree: true });
  `);
  await page.getByLabel("Words").fill("fix");
  await page.locator(".found mark", { hasText: "Fix" }).waitFor();
  expect(await page.evaluate<boolean>("window.moved")).toBe(false);
  expect(served.deeds).toEqual([]);
});

test("what happens in other sessions scrolls nothing, and what happens in this one is followed", async () => {
  await using served = new ServedPage(browser);
  await served.mm("session", "start", "-t", "another");
  served.addSession({ id: "short-1", title: "Short" });
  const prompt = (content: string) => ({ type: "prompt", content });
  served.addEvents("short-1", [prompt("the first")]);
  await served.serve();
  const page = await served.open("#/session/short-1", { viewport: { width: 1280, height: 200 } });
  await page.locator(".event").first().waitFor();
  const height = await page.evaluate<number>("document.documentElement.scrollHeight");
  // So that all but a little is in view.
  await page.setViewportSize({ width: 1280, height: height - 60 });
  await until(page, 'document.title === "(1) mm"');
  await served.mm("session", "start", "-t", "one more");
  await until(page, 'document.title === "(2) mm"');
  await Bun.sleep(500);
  expect(await page.evaluate("scrollY")).toBe(0);
  served.addEvents("short-1", [prompt("the second")]);
  await page.locator(".event", { hasText: "the second" }).waitFor();
  await until(page, "scrollY > 0");
  expect(served.deeds).toEqual([]);
});
