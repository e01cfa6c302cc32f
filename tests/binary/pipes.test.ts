import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { exec, integrity, rows, sessions } from "../support/stored.ts";

const MEBIBYTE = 1_048_576;

/** A home with a current session and more finished ones. */
async function withSessions(more: number): Promise<Sandbox> {
  const box = new Sandbox();
  await box.mm(["session", "start", "-a", "current"]);
  exec(
    box,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${more})
     INSERT INTO sessions (id, agent_id, started_at, ended_at, metadata)
     SELECT printf('%08d-0000-4000-8000-000000000000', i), 'a', '2026-01-01T00:00:00+00:00',
       '2026-01-01T00:00:01+00:00', json_object('title', 'the ' || i || 'th') FROM n WHERE i <= ${more}`,
  );
  return box;
}

test.each([
  ["the first line", "head -n 1"],
  ["nothing", "true"],
  ["a part that comes late", "{ sleep 0.2; head -c 100000 >/dev/null; }"],
])("a reader that takes only %s ends it quietly", async (_, reader) => {
  using box = await withSessions(5000);
  const list = `"$MM" session list --limit 9999`;
  const { err } = await shell(box, `{ ${list}; echo $? >code; } | ${reader}`);
  expect(err).toBe("");
  expect(readFileSync(`${box.folder}/code`, "utf8")).toBe("0\n");
});

test("a large output through a slow pipe arrives whole", async () => {
  using box = await withSessions(1);
  const contents = Array.from({ length: 6 }, (_, i) => `${i}: ${"é☃𝄞 ".repeat(80_000)}`);
  for (const content of contents) {
    await box.mm(["activity", "log", "-c", "-"], { stdin: content });
  }
  const slow = "{ sleep 0.4; head -c 100000; sleep 0.2; cat; }";
  const { out, err } = await shell(box, `"$MM" session events --json | ${slow}`);
  expect(err).toBe("");
  expect(out.length).toBeGreaterThan(2 * MEBIBYTE);
  const { events } = JSON.parse(out) as { events: { content: string }[] };
  expect(events.map(({ content }) => content)).toEqual(contents);
  // A socket instead of a pipe.
  expect((await box.mm(["session", "events", "--json"])).out).toBe(out);
});

test
  .if(process.platform === "linux")
  .each([
    "session list",
    "session list --json",
    "session start --json",
    "session events nothing-like-it --json",
    "--version",
    "--help",
  ])("a full disk behind stdout is an error of `%s`", async (words) => {
  using box = await withSessions(1);
  const { code, err } = await shell(box, `"$MM" ${words} >/dev/full`);
  expect(code).toBe(1);
  expect(err).toStartWith("mm: ");
  expect(err).not.toMatch(/^\s+at /mu);
});

test.each([
  ["standard output by its name", '"$MM" session export --all --format jsonl -o /dev/stdout | cat'],
  [
    "another pipe",
    '{ "$MM" session export --all --format jsonl -o /dev/fd/3 >/dev/null; } 3>&1 | cat',
  ],
  [
    "an open file",
    '"$MM" session export --all --format jsonl -o /dev/fd/3 3>out >/dev/null && cat out',
  ],
])("an export to %s arrives there, and no file is made of it", async (_, script) => {
  using box = await withSessions(3);
  const before = readdirSync(box.folder);
  const { code, out, err } = await shell(box, script);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.trimEnd().split("\n").at(-1)).toBe('{"kind":"end","sessions":4,"events":0}');
  expect(readdirSync(box.folder).filter((name) => name !== "out")).toEqual(before);
});

test("an export to a descriptor goes where its file is at, and loses nothing of it", async () => {
  using box = await withSessions(1);
  const mm = '"$MM" session export last --format md -o';
  const script = `echo before >log; ${mm} /dev/fd/3 3>>log >/dev/null; ${mm} /dev/stderr 2>>log >/dev/null
    { echo A >&3; ${mm} /dev/fd/3 >/dev/null; echo Z >&3; } 3>mixed`;
  expect((await shell(box, script)).err).toBe("");
  const [log = "", mixed = ""] = ["log", "mixed"].map((name) =>
    readFileSync(`${box.folder}/${name}`, "utf8"),
  );
  expect(log).toStartWith("before\n");
  expect(log.match(/^## /gmu)).toHaveLength(2);
  expect(mixed).toMatch(/^A\n.*\nZ\n$/su);
  expect(mixed.match(/^## /gmu)).toHaveLength(1);
});

test.each([
  ["/dev/fd/3 3<kept", "it isn't open for writing"],
  ["/dev/fd/9", "it isn't open"],
])("an export to %s is refused, and the file stays", async (to, reason) => {
  using box = await withSessions(1);
  const script = `echo old >kept; "$MM" session export last -o ${to}; echo $?; cat kept`;
  const { out, err } = await shell(box, script);
  expect(out).toBe("1\nold\n");
  expect(err).toContain(`can't write ${to.split(" ")[0]}: ${reason}`);
});

test.each(["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])(
  "with %s it does its work and harms no file",
  async (closed) => {
    using box = await withSessions(1);
    const calls = [
      "session start --idempotent -a other --json",
      "activity log -c event",
      "session wrap -- true",
      "session list",
      "session no-such-command",
      "session end",
    ];
    const script = calls.map((words) => `"$MM" ${words} ${closed}; echo $? >>codes`).join("\n");
    await shell(box, script);
    const codes = readFileSync(`${box.folder}/codes`, "utf8").trim().split("\n");
    expect(codes).toEqual(["0", "0", "0", "0", "2", "0"]);
    // What was meant for a closed descriptor must not land in a file that got its number.
    expect(integrity(box)).toBe("ok");
    const last = sessions(box).slice(-2);
    expect(last.map(({ agent_id }) => agent_id)).toEqual(["other", "headless"]);
    expect(last.map(({ ended_at }) => ended_at)).not.toContain(null);
    expect(rows<object>(box, "SELECT content FROM session_events")).toEqual([{ content: "event" }]);
  },
);

/** What is stored of content that comes through stdin. */
async function logged(stdin: Uint8Array | string): Promise<string> {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  const { code, out } = await box.mm(["activity", "log", "-c", "-", "--json"], { stdin });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, event_type: "tool_call" });
  const { out: shown } = await box.mm(["session", "events", "--json"]);
  const { events } = JSON.parse(shown) as { events: { content: string }[] };
  expect(events).toHaveLength(1);
  return events[0]?.content ?? "";
}

test("content from stdin is kept whole up to 1 MiB", async () => {
  const whole = "x".repeat(MEBIBYTE - 1);
  expect(await logged(`${whole}\n`)).toBe(`${whole}\n`);
});

test.each([
  ["ASCII", "x", 3 * MEBIBYTE],
  ["two-byte characters", "é", 3 * MEBIBYTE],
  ["four-byte characters", "𝄞", 3 * MEBIBYTE],
  ["a byte too many", "x", MEBIBYTE + 1],
])("of longer content the mark says how many bytes were cut: %s", async (_, char, total) => {
  const size = Buffer.byteLength(char);
  const content = await logged(char.repeat(total / size));
  const [, kept, omitted] = /^(.*)… \[cut: (\d+) more bytes\]$/su.exec(content) ?? [];
  expect(kept?.replaceAll(char, "")).toBe("");
  const keptBytes = Buffer.byteLength(kept ?? "");
  expect(keptBytes).toBeLessThanOrEqual(MEBIBYTE);
  expect(keptBytes).toBeGreaterThan(MEBIBYTE - size);
  expect(keptBytes + Number(omitted)).toBe(total);
});

test.each([
  ["NUL bytes", [0x61, 0, 0x62, 0], "a\0b\0"],
  ["a lone surrogate", [0x61, 0xed, 0xa0, 0x80, 0x62], "a\ufffd\ufffd\ufffdb"],
  ["bytes that are no UTF-8", [0xff, 0x61, 0xc3], "\ufffda\ufffd"],
  ["nothing", [], ""],
])("content from stdin may have %s", async (_, bytes, expected) => {
  expect(await logged(new Uint8Array(bytes))).toBe(expected);
});

test("arguments may be no UTF-8", async () => {
  using box = await withSessions(1);
  const log = `"$MM" activity log --json -c "$(printf 'a\\355\\240\\200\\377b')"`;
  expect((await shell(box, log)).code).toBe(0);
  const stored = rows<{ content: string }>(box, "SELECT content FROM session_events");
  expect(stored.map(({ content }) => content.replace(/\ufffd+/u, "?"))).toEqual(["a?b"]);
});
