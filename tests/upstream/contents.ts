import { describe, expect, test } from "bun:test";
import { expectAgreement } from "./agreement.ts";
import { type Events, type Listing, SharedHome } from "./shared-home.ts";

const CONTROLS = Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1)).join("");

const TEXTS = [
  "naïve 日本語 עברית 🦊 e\u0301",
  `"double" 'single' \`back\` \\ \\n \\u0041 %s {} $HOME`,
  "one\ntwo\r\n\n\tthree\r",
  " \t left and right \n",
  `a${CONTROLS}\u007f\u0080\u0085\u009fz`,
  "\ufeffa\u200bb\u200e\u202ec\u2028d\u2029e\u2066f\u00adg\ufffe\uffff",
  `'); DROP TABLE sessions; -- {"a":null} [1] NaN 1e400`,
  "ab 漢字 ".repeat(4000),
];

interface Panel {
  readonly id: string;
  readonly metadata: Record<string, unknown>;
  readonly events: { content: string; chunk_ids: string[]; metadata: object }[];
}

/** Starts, logs and ends with the same text everywhere it may stand; gives the session's id. */
async function write(run: SharedHome["ours"], home: SharedHome, text: string): Promise<string> {
  const steps = [
    ["session", "start", "-t", text],
    ["activity", "log", `--content=${text}`, "--meta", JSON.stringify({ [text]: [text] })],
  ];
  for (const argv of steps) expect(await run(...argv)).toMatchObject({ code: 0 });
  const id = home.state()?.trim() ?? "";
  expect(await run("session", "end", "-s", text)).toMatchObject({ code: 0 });
  return id;
}

function event(text: string) {
  return { content: text, metadata: { [text]: [text] } };
}

async function expectWeRead(home: SharedHome, texts: ReadonlyMap<string, string>): Promise<void> {
  const { sessions } = await home.ourJson<Listing>("session", "list");
  for (const [id, text] of texts) {
    expect(sessions.find((row) => row.id === id)).toMatchObject({ title: text, summary: text });
    const events = await home.ourJson<Events>("session", "events", id);
    expect(events).toMatchObject({ events: [event(text)], count: 1 });
  }
}

async function expectTheyRead(home: SharedHome, texts: ReadonlyMap<string, string>): Promise<void> {
  const ids = [...texts.keys()];
  const printed = await home.theirCommands(ids.map((id) => ["session", "events", id, "--json"]));
  const rows = await home.theirRows(...ids);
  const stored = await home.theirEvents(...ids);
  for (const [i, text] of [...texts.values()].entries()) {
    const events: unknown = JSON.parse(printed[i]?.out ?? "");
    expect(events).toMatchObject({ events: [{ content: text }], count: 1 });
    expect(rows[i]).toMatchObject({
      summary: text,
      metadata: { title: text, event_count: 1, summary_provenance: "manual" },
    });
    expect(stored[i]).toMatchObject([{ ...event(text), chunk_ids: [] }]);
  }
}

describe("texts survive", () => {
  test.each(["ours", "theirs"] as const)("written by %s", async (program) => {
    using home = SharedHome.configured();
    const texts = new Map<string, string>();
    for (const text of TEXTS) texts.set(await write(home[program].bind(home), home, text), text);
    await expectWeRead(home, texts);
    await expectTheyRead(home, texts);
  });

  test("null characters and lone surrogates, where they can be passed", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start");
    const argv = ["activity", "log", "-c", "-", "--meta", '{"a":"x\\ud800\\u0000y"}'];
    expect((await home.mm(argv, { stdin: "a\u0000b" })).code).toBe(0);
    await home.theirs(...argv);
    const id = home.state()?.trim() ?? "";
    const metadata = { a: "x\ud800\u0000y" };
    const [stored] = await home.theirEvents(id);
    const events = [
      { content: "a\u0000b", metadata },
      { content: "-", metadata },
    ];
    expect(stored).toMatchObject(events);
    expect(await home.ourJson<Events>("session", "events")).toMatchObject({ events });
  });
});

describe("what our mm stored is accepted by", () => {
  test("memtomem's storage when it changes it further", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start", "-t", "Title");
    const id = home.state()?.trim() ?? "";
    await home.ours("session", "end", "-s", "ours");
    const [patched, finalized, row] = await home.theirStorage(
      ["update_session_metadata", id, { theirs: 1 }],
      ["finalize_session_summary", id, "theirs", { summary_provenance: "exact" }],
      ["get_session", id],
    );
    expect([patched, finalized]).toEqual([true, true]);
    expect(row).toMatchObject({
      summary: "theirs",
      metadata: { title: "Title", event_count: 0, theirs: 1, summary_provenance: "exact" },
    });
    expect(await expectAgreement(home)).toMatchObject([{ title: "Title", summary: "theirs" }]);
  });

  test("memtomem's web panel", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start", "-t", "Title", "-a", "codex");
    await home.ours("activity", "log", "-c", "plain");
    const claim = '{"provenance":"write-v1","tool":"Edit"}';
    await home.ours("activity", "log", "-c", "more", "--type", "note", "--meta", claim);
    await home.ours("session", "start", "-a", "other", "--idempotent");
    await home.ours("session", "end", "-s", "");
    await home.ours("session", "wrap", "--", "false");
    const [panel] = (await home.theirStorage(["web"])) as [Panel[]];
    const events = panel.flatMap((session) => session.events);
    expect(events.map(({ metadata }) => metadata)).toEqual([{}, { tool: "Edit" }]);
    expect(events.map((event) => event.chunk_ids)).toEqual([[], []]);
    const byReason = panel.map(({ metadata }) => JSON.stringify(metadata)).sort();
    expect(byReason).toEqual([
      '{"event_count":0}',
      '{"title":"Headless: false","event_count":0,"exit_code":1,"summary_provenance":"manual"}',
      '{"title":"Title","auto_ended":true,"reason":"cross_agent"}',
    ]);
  });
});
