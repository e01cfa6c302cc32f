import { expect, test } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { killAfter } from "../support/killers.ts";
import { randomFrom } from "../support/random.ts";
import { active, integrity, leftovers, rows, sessions, stateOf } from "../support/stored.ts";

const ROUNDS = 90;
const AT_ONCE = 3;

interface Answer {
  readonly ok?: boolean;
  readonly session_id?: string;
}

/** What calls said they had done before they were killed. */
class Acknowledged {
  readonly started: string[] = [];
  readonly ended: string[] = [];
  readonly logged: string[] = [];

  note(argv: readonly string[], out: string): void {
    // A line without its end may be half a line.
    if (!out.endsWith("\n")) return;
    if (argv[1] === "wrap") {
      this.started.push(out.trim());
      return;
    }
    const answer = JSON.parse(out) as Answer;
    const id = answer.session_id;
    if (argv[1] === "start" && id !== undefined) this.started.push(id);
    if (argv[1] === "end" && answer.ok && id !== undefined) this.ended.push(id);
    if (argv[0] === "activity" && answer.ok) this.logged.push(argv[3] ?? "");
  }
}

let events = 0;

function start(agent: string): string[] {
  return ["session", "start", "--idempotent", "-a", agent, "--json"];
}

const CALLS: readonly (() => string[])[] = [
  () => start("a"),
  () => start("b"),
  () => ["session", "end", "--json"],
  () => ["activity", "log", "-c", `event ${++events}`, "--json"],
  () => ["activity", "log", "-c", `event ${++events}`, "--type", "note", "--json"],
  () => ["session", "wrap", "--", "sh", "-c", "echo $MM_SESSION_ID"],
];
const PLAIN = () => ["session", "start", "-a", "plain", "--json"];

/** How long a call takes on this machine while others run, in milliseconds. */
async function lifetime(box: Sandbox): Promise<number> {
  const before = performance.now();
  for (let i = 0; i < 3; i++) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => box.mm(start("a"))));
  }
  return (performance.now() - before) / 3;
}

interface Rounds {
  readonly seed: number;
  readonly calls: typeof CALLS;
  /** Looks at the home after each round. */
  check(box: Sandbox, random: () => number): Promise<void>;
}

/** Kills calls at random moments, several at once, round after round, then compares what was said with what is there. */
async function killAtRandom({ seed, calls, check }: Rounds): Promise<void> {
  const random = randomFrom(seed);
  const said = new Acknowledged();
  using box = new Sandbox();
  let life = 0;
  let killed = 0;
  // How many are killed depends on what else the machine does; enough have to be, and there must be something to lose.
  const isEnough = () =>
    killed > (ROUNDS * AT_ONCE) / 4 && Math.min(said.started.length, said.logged.length) > 5;
  for (let round = 0; round < ROUNDS || !isEnough(); round++) {
    if (round % 30 === 0) life = await lifetime(box);
    const struck = Array.from({ length: AT_ONCE }, async () => {
      const argv = calls[Math.floor(random() * calls.length)]?.() ?? [];
      const { survived, out } = await killAfter(box, argv, random() * life);
      if (!survived) killed++;
      said.note(argv, out);
    });
    await Promise.all(struck);
    await check(box, random);
  }
  expect(integrity(box)).toBe("ok");
  const stored = new Map(sessions(box).map((session) => [session.id, session]));
  expect(said.started.filter((id) => !stored.has(id))).toEqual([]);
  expect(said.ended.filter((id) => stored.get(id)?.ended_at == null)).toEqual([]);
  const contents = rows<{ content: string }>(box, "SELECT content FROM session_events");
  const found = contents.map(({ content }) => content);
  expect(new Set(found).size).toBe(found.length);
  expect(said.logged.filter((content) => !found.includes(content))).toEqual([]);
}

test("no session is forgotten and nothing acknowledged is lost, whenever calls are killed", () =>
  killAtRandom({
    seed: 20_260_310,
    calls: CALLS,
    async check(box, random) {
      const { code, out, err } = await box.mm(start(random() < 0.5 ? "a" : "b"));
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const id = (JSON.parse(out) as Answer).session_id;
      // A killed wrap leaves its session to whoever reads the list; the state file never named it.
      const open = active(box).filter(({ agent_id }) => agent_id !== "headless");
      expect(open.map((session) => session.id)).toEqual([id ?? ""]);
      expect(stateOf(box)).toBe(`${id}\n`);
      // A resume changes nothing, so only an event is sure to have tidied up.
      await box.mm(["activity", "log", "-c", `tidy ${++events}`]);
      expect(leftovers(box)).toEqual([]);
    },
  }));

test("plain starts among them lose nothing either", () =>
  killAtRandom({
    seed: 7,
    calls: [...CALLS, PLAIN, PLAIN, PLAIN],
    async check(box) {
      const { code, err } = await box.mm(["activity", "log", "-c", `tidy ${++events}`]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(leftovers(box)).toEqual([]);
      // Sessions may be left active beside the current one, but what the file names is there.
      const named = stateOf(box)?.trim();
      const ids = sessions(box).map(({ id }) => id);
      if (named !== undefined) expect(ids).toContain(named);
    },
  }));
