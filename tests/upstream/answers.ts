import { describe, expect, test } from "bun:test";
import type { BinaryOutcome } from "../support/binary.ts";
import { SharedHome } from "./shared-home.ts";

type Run = (...argv: string[]) => Promise<BinaryOutcome>;

const UUID = /[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/gu;
const ACTIVITY = ["activity", "log", "-c", "x"];

/** The same with each program in a home of its own; every id is written `<id>`. */
async function transcripts(
  commands: readonly (readonly string[])[],
): Promise<{ ours: BinaryOutcome[]; theirs: BinaryOutcome[] }> {
  async function record(run: Run): Promise<BinaryOutcome[]> {
    const outcomes: BinaryOutcome[] = [];
    for (const argv of commands) {
      const outcome = await run(...argv);
      outcomes.push({ ...outcome, out: outcome.out.replace(UUID, "<id>") });
    }
    return outcomes;
  }
  using ourHome = new SharedHome();
  using theirHome = SharedHome.configured();
  const [ours, theirs] = await Promise.all([
    record(ourHome.ours.bind(ourHome)),
    record(theirHome.theirs.bind(theirHome)),
  ]);
  return { ours, theirs };
}

describe("the same answer to", () => {
  test("what a person types", async () => {
    const { ours, theirs } = await transcripts([
      ["session", "list"],
      ["session", "start", "-a", "planner", "-t", "Plan", "-n", "team:a"],
      ["session", "events"],
      ["activity", "log", "-c", "1", "--type", "decision"],
      ["activity", "log", "-c", "2"],
      ["activity", "log", "-c", "3", "--type", "error"],
      ["activity", "log", "-c", "4"],
      ["session", "end", "--auto"],
      ["session", "start"],
      ["session", "end"],
      ["session", "start", "-a", "one"],
      ["session", "end", "--auto"],
      ["session", "start", "-a", "one"],
      ["session", "start", "-a", "two", "--idempotent"],
      ["session", "end", "--auto", "-s", "typed wins"],
      ["session", "list", "-a", "nobody"],
      ["session", "wrap", "--", "sh", "-c", "echo wrapped; exit 7"],
      ["session", "end"],
    ]);
    // Where there is nothing, we say what there is on the lines after memtomem's.
    const withoutMore = (out: string) => out.replace(/^(No sessions found\.\n).*$/su, "$1");
    expect(ours.map(({ code, out }) => ({ code, out: withoutMore(out) }))).toEqual(
      theirs.map(({ code, out }) => ({ code, out })),
    );
    expect(ours[7]?.out).toContain("Session had 4 events: 2x tool_call, 1x decision, 1x error");
    expect(ours[13]?.out).toContain("Auto-ended 1 session(s) (1 cross-agent)");
  });

  test("how many a sweep has ended", async () => {
    const auto = ["--idempotent", "--auto-end-stale", "0s"];
    const commands = [
      ["session", "start"],
      ["session", "start", "-a", "one"],
      ["session", "wrap", "--", "sleep", "1.1"],
      ["session", "start", "-a", "two", ...auto],
    ];
    const { ours, theirs } = await transcripts(commands);
    expect(ours[3]?.out).toContain("Auto-ended 2 session(s) (2 stale)");
    expect(ours[3]?.out).toBe(theirs[3]?.out ?? "");
  });

  test("activity log --json", async () => {
    const json = (...argv: string[]) => [...ACTIVITY, ...argv, "--json"];
    const types = ["tool_call", "subagent_start", "subagent_stop", "decision", "error"];
    const { ours, theirs } = await transcripts([
      json(),
      ["session", "start"],
      json(),
      ...types.map((type) => json("--type", type)),
      json("--meta", "{"),
      json("--meta", ""),
      json("--type", "bogus"),
      ["activity", "log", "--json"],
    ]);
    const acks = (outcomes: BinaryOutcome[]) =>
      outcomes.slice(2, 9).map(({ code, out, err }) => ({ code, ack: JSON.parse(out), err }));
    expect(acks(ours).slice(0, 6)).toEqual(acks(theirs).slice(0, 6));
    expect(ours[0]?.out).toBe('{"ok":false,"reason":"no_active_session"}\n');
    expect(JSON.parse(theirs[0]?.out ?? "")).toEqual(JSON.parse(ours[0]?.out ?? ""));
    // A bad --meta is a failure for us, and so is an empty one.
    expect(JSON.parse(ours[8]?.out ?? "")).toEqual(JSON.parse(theirs[8]?.out ?? ""));
    expect([ours[8]?.code, theirs[8]?.code]).toEqual([1, 0]);
    expect([ours[9]?.code, theirs[9]?.code]).toEqual([1, 0]);
    for (const i of [10, 11]) expect([ours[i]?.code, theirs[i]?.code]).toEqual([2, 2]);
  });

  test("events --json without a session, but for the exit code", async () => {
    const { ours, theirs } = await transcripts([["session", "events", "--json"]]);
    expect(JSON.parse(ours[0]?.out ?? "")).toEqual(JSON.parse(theirs[0]?.out ?? ""));
    expect([ours[0]?.code, theirs[0]?.code]).toEqual([1, 0]);
  });
});
