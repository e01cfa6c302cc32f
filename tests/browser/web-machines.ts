import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { Fleet } from "../support/fleet.ts";
import { launch } from "./chromium.ts";
import { ServedPage } from "./served-page.ts";

// Not named like a test: it needs a browser, so it is run by `bun run test:browser` alone.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const ENDS = ["", "-wal", "-shm"];

/** Gives this home what the laptop of a fleet has pulled. */
function carryTo(served: ServedPage, fleet: Fleet): string {
  const replica = `${served.box.home}/mm-remote.db`;
  for (const end of ENDS) {
    const pulled = `${fleet.laptop.home}/mm-remote.db${end}`;
    if (existsSync(pulled)) cpSync(pulled, `${replica}${end}`);
  }
  return replica;
}

test("other machines' sessions are among the live ones and, where they can't be read, the page says so", async () => {
  using fleet = new Fleet();
  await fleet.fill();
  await using served = new ServedPage(browser);
  await served.mm("session", "start", "-t", "on this one");
  const replica = carryTo(served, fleet);
  await served.serve();
  const page = await served.open();
  const other = page.locator(".row", { hasText: "Round the prices of the cart" });
  await page.locator(".row", { hasText: "on this one" }).waitFor();
  expect(await other.count()).toBe(0);
  await page.getByLabel("Machine").selectOption("all");
  await other.waitFor({ state: "attached" });
  expect(await other.textContent()).toContain("on desk");
  await page.getByText("Other machines as of their last push").waitFor();
  await page.reload();
  await other.waitFor({ state: "attached" });
  await served.mm("session", "start", "-t", "a second one");
  await page.locator(".row", { hasText: "a second one" }).waitFor();

  for (const end of ENDS) rmSync(`${replica}${end}`, { force: true });
  writeFileSync(replica, "this is no database, ".repeat(1000));
  const said = page.locator(".banner", { hasText: "only this machine's sessions were read" });
  for (const view of ["live", "sessions", "search?q=one", "figures"]) {
    await served.go(page, `#/${view}${view.includes("?") ? "&" : "?"}machine=all`);
    await said.waitFor();
    await page.locator(".row, .found, .bars").first().waitFor();
  }
  await served.go(page, "#/live");
  await said.waitFor({ state: "detached" });
  expect(served.deeds).toEqual([]);
});

test("why another machine's session waits is told as far as it was pushed", async () => {
  using fleet = new Fleet();
  const began = new Date(Date.now() - 3_600_000);
  for (const world of [fleet.laptop, fleet.desk, fleet.build]) world.clock = began;
  await fleet.fill({ asks: "May I run make install?" });
  await using served = new ServedPage(browser);
  await served.mm("session", "start", "-t", "on this one");
  const replica = carryTo(served, fleet);
  await served.serve();
  const page = await served.open("#/live?machine=all");
  const row = page.locator(".row", { hasText: "Round the prices of the cart" });
  await row.getByText("May I run make install?").waitFor();
  await row.locator("a").click();
  const callout = page.locator(".callout");
  await callout.getByText("May I run make install?").waitFor();
  expect(await callout.textContent()).toContain("It runs on desk: answer it there.");
  expect(await callout.textContent()).toContain("As of the last push, ");

  // A machine may push titles alone.
  const db = new Database(replica);
  db.run("DELETE FROM session_events");
  db.close();
  await callout.getByText("Only desk knows why.").waitFor();
  await served.go(page, "#/live?machine=all");
  await row.getByText("Only desk knows why.").waitFor();
  expect(served.deeds).toEqual([]);
});
