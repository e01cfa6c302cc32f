import { expect, test } from "bun:test";
import { version } from "../../package.json";
import type { Digest } from "../../src/digest/digest.ts";
import { markdown } from "../../src/exchange/markdown.ts";
import type { StoredRow } from "../../src/store/stored-rows.ts";

import { asStored, UTC } from "../support/export-page.ts";

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

function rendered(
  row: StoredRow,
  own: StoredRow | null,
  events: readonly StoredRow[],
  digest: Partial<Digest> = {},
): string {
  const format = markdown("", UTC);
  const records = events.map((event) => ({ row: event, own: null }));
  const last = Date.parse("2026-11-22T12:03:04Z");
  const session = asStored({ row, own }, records, digest, last);
  const totals = { sessions: 1, events: events.length };
  return [
    ...format.begin({ totals, sessions: () => [session] }),
    format.session(session),
    ...records.map((event) => format.event(event, session)),
    format.endSession(),
    format.end(totals),
  ].join("");
}

const event = (content: string, type = "note", metadata: object = {}): StoredRow => ({
  event_type: type,
  content,
  created_at: "2026-11-22T12:03:04+00:00",
  metadata: JSON.stringify(metadata),
});

const FOOT = `\n<sub>Made with mm ${version}</sub>\n`;

test("a session for a pull request", () => {
  const file = { path: "/home/me/app/src/a.ts", changed: 1, read: 0, other: 0, failed: 0 };
  expect(
    rendered(
      SESSION,
      OWN,
      [
        event("Fix the parser", "prompt"),
        event("Bash: bun test\nmore", "tool_call", { tool: "Bash", duration_ms: 4200 }),
        event("Edit: /home/me/app/src/a.ts", "error", { tool: "Edit", error: "no such text" }),
        event("", "turn_end"),
      ],
      { prompts: 1, commands: 1, toolCalls: 2, failures: 1, files: [file], lastPrompt: "x" },
    ),
  ).toBe(
    `## Fix the parser

1 prompt, 1 command, 1 other call \\(1 failed\\), changed src/a.ts, last: "x"

- Agent: Claude Code, \`opus\`
- Project: \`app\`, branch \`fix/x\`
- Time: 2026-11-22 12:00 to 12:41 UTC, ended; 41m 30s
- Changed: \`src/a.ts\`
- Session: \`s1\`

Failed:

- 12:03 \`Edit: src/a.ts\`

<details><summary>Timeline: 1 prompt, 2 tools, 1 failed</summary>

- 12:03 **Fix the parser**
- 12:03 Bash \`bun test more\` (4s)
- 12:03 **failed** Edit \`src/a.ts\` — no such text

</details>
${FOOT}`,
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
    `## Session of claude-code\n\n- Agent: claude-code\n- Time: once, still active\n- Session: \`s1\`\n${FOOT}`,
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
  expect(text).toStartWith(
    "## \\[x\\]\\(javascript:1\\) \\<b\\> @<!-- -->me\n\n\\# \\<img src=x\\> - a \\_b\\_ #<!-- -->12 gh-<!-- -->3\n",
  );
});
