import { expect, test } from "bun:test";
import { markdown } from "../../src/exchange/markdown.ts";
import type { StoredRow } from "../../src/store/stored-rows.ts";

const SESSION: StoredRow = {
  id: "s1",
  agent_id: "claude-code",
  started_at: "2026-11-22T12:00:00+00:00",
  ended_at: "2026-11-22T12:41:30+00:00",
  summary: "Session had 2 events: 1x prompt, 1x tool_call",
  metadata: '{"title":"Fix the parser"}',
  namespace: "n",
};
const OWN: StoredRow = {
  client: "claude",
  model: "opus",
  project: "/home/me/app/.git",
  branch: "fix/x",
  root: "/home/me/app",
};

function rendered(row: StoredRow, own: StoredRow | null, events: readonly StoredRow[]): string {
  const format = markdown();
  const session = { row, own, lastEventMs: () => Date.parse("2026-11-22T12:03:04Z") };
  return [
    format.begin(),
    format.session(session),
    ...events.map((event) => format.event({ row: event, own: null }, session)),
    format.endSession(),
    format.end({ sessions: 1, events: events.length }),
  ].join("");
}

const event = (content: string, type = "note"): StoredRow => ({
  event_type: type,
  content,
  created_at: "2026-11-22T12:03:04+00:00",
  metadata: "{}",
});

test("a session for a pull request", () => {
  expect(
    rendered(SESSION, OWN, [
      event("Fix the parser", "prompt"),
      event("Bash: bun test\nmore", "tool_call"),
      event("Edit: /home/me/app/src/a.ts", "error"),
    ]),
  ).toBe(
    `## Fix the parser

- Agent: Claude Code, \`opus\`
- Project: \`app\`, branch \`fix/x\`
- Time: 2026-11-22 12:00 UTC for 41m
- Session: \`s1\`

Session had 2 events: 1x prompt, 1x tool_call

<details><summary>Timeline</summary>

- 12:03 **prompt** \`Fix the parser\`
- 12:03 tool_call \`Bash: bun test more\`
- 12:03 **error** \`Edit: src/a.ts\`

</details>
`,
  );
});

test("a session about which little is known", () => {
  const bare = {
    ...SESSION,
    ended_at: null,
    summary: null,
    metadata: "not json",
    started_at: "once",
  };
  expect(rendered(bare, null, [])).toBe(
    "## Session of claude-code\n\n- Agent: claude-code\n- Time: once, still active\n- Session: `s1`\n",
  );
});

test.each([
  ["`", "`` ` ``"],
  ["a ``b`` c", "```a ``b`` c```"],
  ["</details><script>alert(1)</script>", "`</details><script>alert(1)</script>`"],
  ["@somebody #1", "`@somebody #1`"],
  ["\x1b[31m\u202e", "`\\x1b[31m\\u202e`"],
  ["   ", ""],
  ["x".repeat(400), `\`${"x".repeat(300)}…\``],
])("the content %j stays text", (content, shown) => {
  const line = rendered(SESSION, null, [event(content)])
    .split("\n")
    .find((one) => one.startsWith("- 12:03"));
  expect(line).toBe(`- 12:03 note ${shown}`.trimEnd());
});

test("titles and summaries can't be mark-up either", () => {
  const hostile = {
    ...SESSION,
    metadata: '{"title":"[x](javascript:1) <b> @me"}',
    summary: "# <img src=x>\n- a _b_ #12 gh-3",
  };
  const text = rendered(hostile, null, []);
  expect(text).toStartWith("## \\[x\\]\\(javascript:1\\) \\<b\\> @<!-- -->me\n");
  expect(text).toEndWith("\n\\# \\<img src=x\\> - a \\_b\\_ #<!-- -->12 gh-<!-- -->3\n");
});
