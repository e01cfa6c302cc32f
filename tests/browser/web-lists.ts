import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launch } from "./chromium.ts";
import { ServedPage, until } from "./served-page.ts";

// Not named like a test: it needs a browser, so it is run by `bun run test:browser` alone.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const SESSIONS = 800;
/** What a page may do between two pictures, in milliseconds. */
const FRAME_MS = 16;

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

/** What the page has done so far besides waiting, in milliseconds. */
async function workOf(page: Page): Promise<() => Promise<number>> {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  return async () => {
    const { metrics } = await client.send("Performance.getMetrics");
    const seconds = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"].map(
      (name) => metrics.find((each) => each.name === name)?.value ?? 0,
    );
    return seconds.reduce((sum, each) => sum + each, 0) * 1000;
  };
}

test("of 800 sessions a list draws some at a time, and a change costs a few frames at most", async () => {
  await using served = await many();
  const page = await served.open("#/figures");
  const work = await workOf(page);
  const before = await work();
  await served.go(page, "#/sessions");
  await page.locator(".row").first().waitFor();
  const drawn = (await work()) - before;
  const rows = await page.locator(".row").count();
  expect(rows).toBeLessThanOrEqual(200);
  // What one change costs, of the least that several take: others use the machine, too.
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 5; n++) {
    const started = await work();
    await served.mm("activity", "log", "-c", `change ${n}`, "--session", `session-${n}`);
    await Bun.sleep(1500);
    least = Math.min(least, (await work()) - started);
  }
  console.log(
    `${rows} of ${SESSIONS} rows: ${drawn.toFixed(0)} ms to draw, ${least.toFixed(0)} ms a change`,
  );
  expect(least).toBeLessThan(6 * FRAME_MS);
  for (const count of [400, 600, 800]) {
    await page.getByRole("button", { name: "200 more" }).click();
    await until(page, `document.querySelectorAll(".row").length >= ${count}`);
  }
  expect(served.deeds).toEqual([]);
}, 120_000);

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
