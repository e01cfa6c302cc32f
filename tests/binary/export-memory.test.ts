import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { exec } from "../support/stored.ts";

const FEW = 800;
const MB = 1024 * 1024;

/** Sessions with long titles and an event or two each. */
async function fill(box: Sandbox, sessions: number): Promise<void> {
  await box.mm(["session", "start"]);
  exec(
    box,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${sessions})
     INSERT INTO sessions (id, agent_id, started_at, ended_at, metadata)
     SELECT printf('%08d-0000-4000-8000-000000000000', i), 'a', '2026-01-01T00:00:00+00:00',
       '2026-01-01T00:00:01+00:00', json_object('title', i || hex(zeroblob(2000))) FROM n`,
  );
  exec(
    box,
    `INSERT INTO session_events (session_id, event_type, content, created_at)
     SELECT id, 'note', hex(zeroblob(1000)), started_at FROM sessions`,
  );
}

/** The most memory that an export to standard output had at any time, in bytes, and how much it wrote. */
async function peakOf(box: Sandbox, format: string): Promise<{ peak: number; written: number }> {
  const child = box.spawn(["session", "export", "--all", "--format", format]);
  let peak = 0;
  let written = 0;
  for await (const chunk of child.stdout) {
    written += chunk.length;
    // The peak of this process itself: a resource usage begins with that of the process that started it.
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    peak = Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1] ?? peak / 1024) * 1024;
  }
  expect(await child.exited).toBe(0);
  return { peak, written };
}

test.if(process.platform === "linux").each(["jsonl", "json", "md", "html"])(
  "an export of four times as much takes no more memory: %s",
  async (format) => {
    using few = new Sandbox();
    using many = new Sandbox();
    await fill(few, FEW);
    await fill(many, 4 * FEW);
    const [small, large] = [await peakOf(few, format), await peakOf(many, format)];
    expect(large.written / small.written).toBeGreaterThan(3.9);
    expect((large.peak - small.peak) / MB).toBeLessThan(20);
  },
);
