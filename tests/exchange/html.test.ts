import { describe, expect, test } from "bun:test";
import { html } from "../../src/exchange/page/html.ts";
import { Picture } from "../../src/exchange/page/picture.ts";
import { asStored, HOSTILE, hostileSession, rendered, UTC } from "../support/export-page.ts";

const AT = "2026-11-22T12:00:00+00:00";
const TAGS =
  /^(?:!doctype|html|head|meta|title|style|body|h1|h2|section|header|article|div|ol|ul|li|time|b|i|code|span|small|pre|details|summary|figure|figcaption|svg|rect|nav|p|a|footer)$/u;

describe("whatever is in a session", () => {
  const page = rendered(
    html(AT, UTC),
    HOSTILE.map((text, index) => hostileSession(text, index)),
  );

  test("the page has only its own tags", () => {
    const body = page.slice(page.indexOf("</style>"));
    const names = [...body.matchAll(/<\/?([^\s>]*)/gu)].map(([, name]) => name ?? "");
    expect(new Set(names.filter((name) => !TAGS.test(name)))).toEqual(new Set());
    const attributes = [...body.matchAll(/<[^>]*? ([a-z-]+)=/gu)].map(([, name]) => name);
    expect(attributes.filter((name) => name?.startsWith("on"))).toEqual([]);
  });

  test("it holds no control or bidi character", () => {
    const unsafe = page.replace(
      /[\n\t\u0020-\u007e\u00a0-\u061b\u2013-\u2027\u3000-\ud7ff…]/gu,
      "",
    );
    expect(unsafe).toBe("");
  });

  test("the policy lets nothing run or load, and its hash is the style's", () => {
    const style = /<style>([\s\S]*?)<\/style>/u.exec(page)?.[1] ?? "";
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
  });
});

test("a session without times has no picture", () => {
  const { session, events, shown } = hostileSession("x", 0);
  const timeless = { row: { ...session.row, started_at: "once", ended_at: null }, own: null };
  const page = rendered(html(AT, UTC), [{ session: timeless, events, shown }]);
  expect(page).not.toContain("<svg");
  expect(page).toContain('<p class="facts">once, still active · session x0</p>');
});

const at = (minute: number) => `2026-11-22T12:${String(minute).padStart(2, "0")}:00+00:00`;
const event = (type: string, content: string, minute: number, metadata: object = {}) => ({
  row: { event_type: type, content, created_at: at(minute), metadata: JSON.stringify(metadata) },
  own: null,
});
const SESSION = {
  row: {
    id: "s1",
    agent_id: "claude-code",
    started_at: AT,
    ended_at: at(41),
    summary: "Session had 5 events: 3x tool_call",
    metadata: '{"title":"Fix the parser"}',
    namespace: "n",
  },
  own: {
    client: "claude",
    model: "opus",
    project: "/w/shop/.git",
    folder: "/w/shop",
    branch: "main",
    root: "/w/shop",
    ended_by: "client",
    end_reason: "logout",
  },
};
const EVENTS = [
  event("session_resume", "resume", 0),
  event("prompt", "Fix the parser\n  and <b>more</b>", 1),
  event("tool_call", "Read: /w/shop/src/a.ts", 2, { tool: "Read" }),
  event("turn_end", "", 3),
  event("prompt", "add a test", 30),
  event("tool_call", "Bash: make", 31, { tool: "Bash", duration_ms: 61_000 }),
  event("error", "Bash: make test", 33, { tool: "Bash", error: "Exit code 2\nno rule" }),
];
const ONE = [{ session: SESSION, events: EVENTS, shown: "" }];

describe("a session for people", () => {
  const page = rendered(html(AT, UTC), ONE);
  const body = page.slice(page.indexOf("</style>"));

  test("says in two lines what it was", () => {
    expect(body).toContain("<h1>Fix the parser</h1>");
    expect(page).toContain("<title>Fix the parser</title>");
    expect(body).toContain("Claude Code · opus · shop@main · 41m (6m active)");
    expect(body).toContain(
      "2026-11-22 12:00 to 12:41 UTC, ended by Claude Code (logout) · session s1",
    );
    expect(body).not.toContain("Session had");
    expect(body).toMatch(/<footer>Made with mm \d+\.\d+\.\d+, 2026-11-22 12:00 UTC\.<\/footer>/u);
  });

  test("has a turn for each prompt, and those with failures are open", () => {
    expect(body.match(/<article/gu)).toHaveLength(3);
    expect(body).toContain("<details><summary>1 event</summary>");
    expect(body).toContain("Fix the parser\n  and &lt;b&gt;more&lt;/b&gt;</span></div>");
    expect(body).toContain("<details><summary>1 tool, 2m</summary>");
    expect(body).toContain(
      '<details open><summary>2 tools, <span class="failed">1 failed</span>, 3m</summary>',
    );
    expect(body).not.toContain("done");
  });

  test("tells tools, reasons and durations, with paths of the project", () => {
    expect(body).toContain("<b>Read</b><div><code>src/a.ts</code></div>");
    expect(body).toContain("<b>Bash</b><div><code>make</code></div><time>1m 1s</time>");
    expect(body).toContain("<code>make test</code><i>Exit code 2\nno rule</i>");
  });

  test("lists its files", () => {
    const files = Array.from({ length: 9 }, (_, n) => {
      return { path: `/w/shop/${n}.ts`, changed: n === 0 ? 2 : 0, read: 1, other: 0, failed: 0 };
    });
    const format = html(AT, UTC);
    expect(format.session(asStored(SESSION, [], { files }))).toContain(
      '<details class="files"><summary>9 files, 1 changed</summary><ul><li><code>0.ts</code> 2 changed, 1 read</li>',
    );
  });
});

test("the answer that ends a turn isn't folded away; it is prose, and escaped", () => {
  const events = [
    event("assistant", "Before any prompt", 0),
    event("prompt", "go", 1),
    event("assistant", "First <b>", 2, { model: "opus-2" }),
    event("tool_call", "Bash: make", 3, { tool: "Bash" }),
    event("assistant", "Last <i>\nwith two lines", 4),
    event("turn_end", "", 5),
    event("prompt", "again", 6),
    event("assistant", "Only this", 7),
  ];
  const page = rendered(html(AT, UTC), [{ session: SESSION, events, shown: "" }]);
  const [before, first, second] = page.split("<article").slice(1);
  expect(before).toContain('<div class="said"><span>Before any prompt</span></div>');
  expect(first).toMatch(
    /<b>assistant \(opus-2\)<\/b><div><span>First &lt;b&gt;<\/span>.*<\/details>/su,
  );
  expect(first).toContain(
    '</ol></details><div class="said"><span>Last &lt;i&gt;\nwith two lines</span></div></article>',
  );
  expect(second).not.toContain("<details");
  expect(second).toContain('<div class="said"><span>Only this</span></div></article>');
});

test("several sessions have an index, and a way back to it", () => {
  const page = rendered(html(AT, UTC), [...ONE, ...ONE]);
  const body = page.slice(page.indexOf("</style>"));
  expect(page).toContain("<title>Agent sessions</title>");
  expect(body).toContain('<h1>Agent sessions</h1><p class="facts">2 sessions, 0 events</p>');
  expect(body).toContain(
    '<li><a href="#s2">Fix the parser</a><small>2026-11-22 12:00 · Claude Code · opus · shop@main · 41m (6m active)</small></li>',
  );
  expect(body.indexOf("<nav>")).toBeLessThan(body.indexOf('<section id="s1">'));
  expect(body.match(/href="#top"/gu)).toHaveLength(2);
});

describe("the picture", () => {
  test("events outside the session's time are at its edges", () => {
    const picture = new Picture(0, 3_600_000, UTC.local);
    picture.add("prompt", -5);
    picture.add("unheard-of", 9e12);
    const columns = [...picture.render().matchAll(/<rect class="(\w+)" x="([\d.]+)"/gu)];
    expect(columns.map(([, lane, x]) => [lane, x])).toEqual([
      ["prompts", "0.1"],
      ["other", "119.1"],
    ]);
  });

  test("of a million events is no larger than of a few", () => {
    const picture = new Picture(0, 1_000_000, UTC.local);
    const types = ["prompt", "tool_call", "error", "subagent_start", "constructor"];
    for (let at = 0; at < 1_000_000; at++) picture.add(types[at % types.length] ?? "", at);
    const drawn = picture.render();
    expect(drawn.match(/<rect/gu)).toHaveLength(600);
    expect(drawn.length).toBeLessThan(120_000);
  });

  test("of several days shows the dates", () => {
    const picture = new Picture(Date.parse(AT), Date.parse(AT) + 3 * 24 * 3_600_000, UTC.local);
    picture.add("prompt", Date.parse(AT));
    expect(picture.render()).toContain(">2026-11-25 12:00</time>");
  });
});
