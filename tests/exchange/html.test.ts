import { describe, expect, test } from "bun:test";
import { html } from "../../src/exchange/html.ts";
import { Picture } from "../../src/exchange/html-picture.ts";
import { HOSTILE, hostileSession, rendered } from "../support/export-page.ts";

const AT = "2026-11-22T12:00:00+00:00";
const TAGS =
  /^(?:!doctype|html|head|meta|title|style|body|h1|h2|section|header|dl|dt|dd|ol|li|time|b|code|pre|details|summary|figure|svg|text|rect|line|nav|p|a)$/u;

describe("whatever is in a session", () => {
  const page = rendered(
    html(AT),
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
  const page = rendered(html(AT), [{ session: timeless, events, shown }]);
  expect(page).not.toContain("<svg");
  expect(page).toContain("<dt>Started</dt><dd>once</dd><dt>Ended</dt><dd>still active</dd>");
});

describe("the picture", () => {
  test("events outside the session's time are at its edges", () => {
    const picture = new Picture(0, 3_600_000);
    picture.add("prompt", -5);
    picture.add("unheard-of", 9e12);
    const columns = [...picture.render().matchAll(/<rect class="(\w+)" x="(\d+)"/gu)];
    expect(columns.map(([, lane, x]) => [lane, x])).toEqual([
      ["prompts", "84"],
      ["other", "1036"],
    ]);
  });

  test("of a million events is no larger than of a few", () => {
    const picture = new Picture(0, 1_000_000);
    const types = ["prompt", "tool_call", "error", "subagent_start", "constructor"];
    for (let at = 0; at < 1_000_000; at++) picture.add(types[at % types.length] ?? "", at);
    const drawn = picture.render();
    expect(drawn.match(/<rect/gu)).toHaveLength(600);
    expect(drawn.length).toBeLessThan(120_000);
  });

  test("of several days shows the dates", () => {
    const picture = new Picture(Date.parse(AT), Date.parse(AT) + 3 * 24 * 3_600_000);
    picture.add("prompt", Date.parse(AT));
    expect(picture.render()).toContain(">2026-11-25 12:00</text>");
  });
});
