import { expect } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { stopAtOpen, TRACING } from "../support/killers.ts";
import { integrity, leftovers, sessions } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

const test = needs(...TRACING);
const START = ["session", "start", "-a", "first"];

// The first open makes the lock and the second is SQLite's: in between, another process may hold and remove it.
test.each([
  ["makes the database", '"$MM" session start -a other >/dev/null', ["other", "first"]],
  [
    "makes it for a hook",
    `echo '{"session_id":"c1","prompt":"x"}' | "$MM" hook claude UserPromptSubmit`,
    ["claude-code", "first"],
  ],
  ["dies with the lock", 'rm "$MM_HOME/memtomem.db.lock"', ["first"]],
])(
  "one that %s between a lock's making and its opening leaves no lock behind",
  async (_, meanwhile, agents) => {
    using box = new Sandbox();
    const { code } = await stopAtOpen(box, START, {
      file: `${box.database}.lock`,
      nth: 2,
      meanwhile,
    });
    expect(code).toBe(0);
    expect(sessions(box).map(({ agent_id }) => agent_id)).toEqual(agents);
    expect(integrity(box)).toBe("ok");
    expect(leftovers(box)).toEqual([]);
  },
);

test("one that makes the database before the lock does, too", async () => {
  using box = new Sandbox();
  const meanwhile = '"$MM" session start -a other >/dev/null';
  const { code } = await stopAtOpen(box, START, {
    file: `${box.database}.lock`,
    nth: 1,
    meanwhile,
  });
  expect(code).toBe(0);
  expect(sessions(box).map(({ agent_id }) => agent_id)).toEqual(["other", "first"]);
  expect(leftovers(box)).toEqual([]);
});
