import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launch } from "./chromium.ts";
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

/** One that asks, one that works, one that has ended. */
async function threeSessions(): Promise<ServedPage> {
  const served = new ServedPage(browser);
  await served.mm("session", "start", "-t", "by hand");
  await served.mm("session", "end", "--auto");
  const own = { root: "/w/shop", cwd: "/w/shop", branch: "main", model: "opus" };
  served.addSession({ id: "asking-1", title: "Fix the limiter", own });
  served.addEvents("asking-1", [
    prompt("Fix the limiter"),
    {
      type: "tool_call",
      content: "Edit: /w/shop/src/limiter.ts",
      metadata: { tool: "Edit", file: "/w/shop/src/limiter.ts", ok: true },
    },
    { type: "error", content: "Bash: make", metadata: { tool: "Bash", error: "Exit code 2" } },
    {
      type: "notification",
      content: "Claude needs your permission to use Bash",
      metadata: { notification_type: "permission_prompt", asks: true },
    },
  ]);
  served.addSession({ id: "working-1", title: "Write docs", agent: "codex", own });
  served.addEvents("working-1", [prompt("Write docs"), tool("Bash: ls")]);
  await served.serve();
  return served;
}

const textsOf = (page: Page, selector: string) => page.locator(selector).allTextContents();

describe("the key", () => {
  test("leaves the address at once, survives a reload, and isn't in another tab", async () => {
    await using served = await threeSessions();
    const page = await served.open();
    await page.locator(".row").first().waitFor();
    expect(page.url()).toBe(`${served.origin}/`);
    await page.reload();
    await page.locator(".row").first().waitFor();
    const asked: string[] = [];
    const other = await page.context().newPage();
    other.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await other.goto(`${served.origin}/`);
    expect(await other.locator("main").textContent()).toBe("Open the address that mm web printed.");
    expect(asked.filter((path) => path.startsWith("/api"))).toEqual([]);
    expect(await page.evaluate("document.cookie")).toBe("");
    expect(served.deeds).toEqual([]);
  });

  test("of an earlier server is refused with a sentence", async () => {
    await using served = await threeSessions();
    const page = await served.open();
    await page.evaluate("sessionStorage.setItem('mm-token', 'another')");
    await page.reload();
    await page.getByText("this page belongs to an mm web that has ended").waitFor();
  });
});

test("who asks comes first, says why, and is resumed by a command to copy", async () => {
  await using served = await threeSessions();
  const page = await served.open();
  await page.locator(".row").first().waitFor();
  await page.getByRole("link", { name: "Fix the limiter" }).click();
  await page.getByRole("heading", { name: "Fix the limiter" }).waitFor();
  expect(await page.locator(".command code").textContent()).toBe(
    "cd /w/shop && claude --resume asking-1",
  );
  expect(await textsOf(page, ".event .content")).toEqual([
    "Fix the limiter",
    "src/limiter.ts",
    "makeExit code 2",
    "Claude needs your permission to use Bash",
  ]);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(".command .copy").click();
  expect(await page.evaluate<string>("navigator.clipboard.readText()")).toBe(
    "cd /w/shop && claude --resume asking-1",
  );
  await page.goBack();
  await page.locator(".rows").first().waitFor();
  expect(served.deeds).toEqual([]);
});

test("an address that names no session, the last one, or the beginning of an id is answered", async () => {
  await using served = await threeSessions();
  const page = await served.open();
  await page.locator(".row").first().waitFor();
  await served.go(page, "#/session/");
  await page.getByText("This address names no session.").waitFor();
  await served.go(page, "#/session/working");
  await page.getByRole("heading", { name: "Write docs" }).waitFor();
  expect(new URL(page.url()).hash).toBe("#/session/working-1");
  await served.go(page, "#/session/nothing-like-it");
  await page.getByText("session not found: nothing-like-it").waitFor();
  await served.go(page, "#/session/last");
  await page.locator(".session h1").waitFor();
  expect(new URL(page.url()).hash).toMatch(/^#\/session\/(?:asking|working)-1$/u);
  expect(served.deeds.filter((deed) => !deed.includes("404"))).toEqual([]);
});

test("a search for a file leads to the event that changed it", async () => {
  await using served = await threeSessions();
  const page = await served.open();
  await page.keyboard.press("/");
  await page.locator("#words").fill("src/limiter.ts");
  await page.getByRole("button", { name: /Who touched the file/u }).click();
  // What the words alone have found stays until the answer has come.
  await page.locator(".matches a", { hasText: "limiter.ts" }).first().click();
  const meant = page.locator(".event.is-meant");
  await meant.waitFor();
  expect(await meant.textContent()).toContain("src/limiter.ts");
  expect(served.deeds).toEqual([]);
});

test("keys: lists, places, help", async () => {
  await using served = await threeSessions();
  const page = await served.open();
  await page.locator(".row").first().waitFor();
  const focused = () => page.evaluate<string>("document.activeElement.textContent");
  const [first = "", second = ""] = await textsOf(page, ".rowlink");
  await page.keyboard.press("j");
  expect(await focused()).toBe(first);
  await page.keyboard.press("j");
  expect(await focused()).toBe(second);
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.locator(".head h1").waitFor();
  for (const [keys, hash] of [
    [["g", "s"], "#/sessions"],
    [["g", "f"], "#/figures"],
    [["g", "l"], "#/live"],
    [["/"], "#/search"],
  ] as const) {
    // At once, since the second of two keys has to come soon.
    await Promise.all(keys.map((key) => page.keyboard.press(key)));
    await until(page, `location.hash === "${hash}"`);
    if (hash === "#/search") await until(page, 'document.activeElement.id === "words"');
  }
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  expect(await page.locator("dialog[open]").isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  expect(await page.locator("dialog[open]").count()).toBe(0);
});

test("what came since one looked is marked", async () => {
  await using served = await threeSessions();
  const page = await served.open("#/session/working-1");
  await page.locator(".event").first().waitFor();
  await served.go(page, "#/live");
  await page.locator(".row").first().waitFor();
  served.addEvents("working-1", [prompt("and test them", 20)]);
  await served.go(page, "#/session/working-1");
  await page.locator(".event", { hasText: "and test them" }).waitFor();
  expect(await textsOf(page, ".timeline > li.new, .timeline > li.is-prompt .content")).toEqual([
    "Write docs",
    "New since you looked",
    "and test them",
  ]);
});

describe("a database that changes under the page", () => {
  test("another one in its place is shown", async () => {
    await using served = await threeSessions();
    const page = await served.open();
    await page.locator(".row").first().waitFor();
    for (const suffix of ["", "-wal", "-shm"])
      rmSync(`${served.box.database}${suffix}`, { force: true });
    await served.mm("session", "start", "-t", "anew");
    await page.locator(".row", { hasText: "anew" }).waitFor();
    expect(await page.locator(".row").count()).toBe(1);
  });

  test("none at first, and then one", async () => {
    await using served = new ServedPage(browser);
    await served.serve();
    const page = await served.open();
    await page.getByRole("heading", { name: "No live sessions" }).waitFor();
    await served.mm("session", "start", "-t", "the first");
    await page.locator(".row", { hasText: "the first" }).waitFor();
  });

  test.each([
    [
      "newer",
      "newer mm",
      (served: ServedPage) =>
        served.rows((db) => db.run("UPDATE mm_meta SET value = 999 WHERE key = 'schema_version'")),
    ],
    [
      "no database",
      "not a SQLite database",
      (served: ServedPage) => {
        for (const suffix of ["-wal", "-shm"])
          rmSync(`${served.box.database}${suffix}`, { force: true });
        writeFileSync(served.box.database, "this is no database at all, ".repeat(1000));
      },
    ],
  ])("one that is %s is a sentence, at first and later", async (_, words, spoil) => {
    await using served = await threeSessions();
    const page = await served.open();
    await page.locator(".row").first().waitFor();
    spoil(served);
    await page.locator(".banner", { hasText: words }).waitFor();
    expect(await page.locator(".row").count()).toBeGreaterThan(0);
    for (const hash of ["", "#/sessions", "#/session/asking-1", "#/search?q=docs", "#/figures"]) {
      const fresh = await served.open(hash);
      await fresh.locator(".trouble", { hasText: words }).first().waitFor();
    }
  });

  test("one that another program has locked is a sentence, until it isn't", async () => {
    await using served = await threeSessions();
    const lock = new Database(served.box.database, { strict: true });
    lock.run("PRAGMA locking_mode = EXCLUSIVE");
    lock.run("BEGIN EXCLUSIVE");
    const page = await served.open();
    for (const hash of [
      "#/sessions",
      "#/session/asking-1",
      "#/search?q=docs",
      "#/figures",
      "#/live",
    ]) {
      await served.go(page, hash);
      await page.locator(".trouble", { hasText: "locked" }).first().waitFor();
    }
    lock.close(true);
    await page.locator(".row").first().waitFor();
    await served.go(page, "#/sessions");
    await page.getByText("Write docs").first().waitFor();
  });

  test("a server that has ended is a sentence, too", async () => {
    await using served = await threeSessions();
    const page = await served.open();
    await page.locator(".row").first().waitFor();
    const { pid } = JSON.parse(readFileSync(`${served.box.home}/web.json`, "utf8"));
    process.kill(pid, "SIGTERM");
    await page.getByText("mm web has ended").waitFor();
  });
});
