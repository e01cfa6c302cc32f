import { describe, expect, test } from "bun:test";
import { HOOK_KINDS, type HookKind, type StartSource } from "../../src/agents/wire/event.ts";
import { type Signal, type Transition, transition } from "../../src/record/transition.ts";
import type { Known } from "../../src/store/hooked-sessions.ts";

const T = 1_795_000_000_000;

const UNKNOWN = null;
const ACTIVE: Known = {
  active: true,
  lastEventAt: T,
  endedAt: 0,
  endedByPerson: false,
  endedByClient: false,
  endedByTranscript: false,
  hasHistory: false,
};
const ENDED: Known = { ...ACTIVE, active: false, lastEventAt: T - 60_000, endedAt: T };
const ENDED_BY_CLIENT: Known = { ...ENDED, endedByClient: true };
const ENDED_BY_PERSON: Known = { ...ENDED, endedByPerson: true };

/** Against the last event of an active session or the end of an ended one. */
const OLDER = T - 1;
const EQUAL = T;
const SOON = T + 5000;
const LATER = T + 5001;
const TIMES = [OLDER, EQUAL, SOON, LATER];

const LETTERS = {
  C: "create",
  R: "reopen",
  A: "append",
  T: "touch",
  E: "end",
  M: "remember",
} as const satisfies Record<string, keyof Transition>;

/** The letters of what is to be done, `-` where that is nothing. */
function letters(steps: Transition): string {
  const done = Object.entries(LETTERS).filter(([, step]) => steps[step]);
  return done.map(([letter]) => letter).join("") || "-";
}

/** Of a call that comes by way of the spool, long after all of it. */
function row(kind: HookKind, known: Known | null, source: StartSource | null = null): string {
  const late = { kind, source, now: T + 3_600_000, isLive: false, hasProcess: false };
  return TIMES.map((at) => letters(transition({ ...late, at }, known))).join(" ");
}

/** Of a call that comes when our clock shows `now`, which is its time where none is given. */
function live(kind: HookKind, known: Known, now: number, at = now): string {
  const signal: Signal = { kind, source: null, at, now, isLive: true, hasProcess: false };
  return letters(transition(signal, known));
}

/** Older, at the same time, 5 s later, more than 5 s later. */
interface Row {
  readonly unknown: string;
  readonly active: string;
  readonly ended: string;
  readonly endedByPerson: string;
}

const LATE_ONLY: Row = {
  unknown: "CAT CAT CAT CAT",
  active: "AT AT AT AT",
  ended: "A A A A",
  endedByPerson: "A A A A",
};

const TABLE: Readonly<Record<Exclude<HookKind, "session-start">, Row>> = {
  "session-end": {
    unknown: "M M M M",
    active: "- E E E",
    ended: "- - M M",
    endedByPerson: "- - M M",
  },
  prompt: {
    unknown: "CAT CAT CAT CAT",
    active: "AT AT AT AT",
    ended: "A RAT RAT RAT",
    endedByPerson: "A RAT RAT RAT",
  },
  "tool-start": {
    unknown: "CT CT CT CT",
    active: "T T T T",
    ended: "- - - -",
    endedByPerson: "- - - -",
  },
  "tool-call": { ...LATE_ONLY, ended: "A A A RAT" },
  "tool-error": { ...LATE_ONLY, ended: "A A A RAT" },
  "subagent-start": LATE_ONLY,
  "subagent-stop": LATE_ONLY,
  "turn-end": LATE_ONLY,
  compact: LATE_ONLY,
  notification: LATE_ONLY,
};

const ROWS = Object.entries(TABLE) as [Exclude<HookKind, "session-start">, Row][];

test("every kind has a row", () => {
  const kinds: string[] = [...HOOK_KINDS];
  expect(["session-start", ...ROWS.map(([kind]) => kind)].toSorted()).toEqual(kinds.toSorted());
});

describe.each(ROWS)("%s", (kind, expected) => {
  test("of an unknown session", () => expect(row(kind, UNKNOWN)).toBe(expected.unknown));
  test("of an active one", () => expect(row(kind, ACTIVE)).toBe(expected.active));
  test("of one that a sweep or somebody's start ended", () =>
    expect(row(kind, ENDED)).toBe(expected.ended));
  test("of one that a person ended", () =>
    expect(row(kind, ENDED_BY_PERSON)).toBe(expected.endedByPerson));
});

const SOURCES = ["startup", "resume", "clear", "compact", "fork", null] as const;

describe.each(SOURCES)("session-start from %s", (source) => {
  test("makes an unknown session", () =>
    expect(row("session-start", UNKNOWN, source)).toBe("CT CT CT CT"));
  test("touches an active one; a resume that isn't late is an event of it", () =>
    expect(row("session-start", ACTIVE, source)).toBe(
      source === "resume" ? "T AT AT AT" : "T T T T",
    ));
  test("reopens an ended one", () =>
    expect(row("session-start", ENDED, source)).toBe("- RT RT RT"));
  test("reopens one that a person ended only as a resume", () =>
    expect(row("session-start", ENDED_BY_PERSON, source)).toBe(
      source === "resume" ? "- RT RT RT" : "- - - -",
    ));
});

test("a start that tells of a compaction reopens as a start does", () => {
  expect(row("compact", ENDED, "compact")).toBe("A RAT RAT RAT");
  expect(row("compact", ENDED_BY_PERSON, "compact")).toBe("A A A A");
});

test("an active session may have no event yet", () => {
  const fresh: Known = { ...ACTIVE, lastEventAt: 0 };
  expect(live("session-end", fresh, T)).toBe("E");
});

describe("an end that has just come", () => {
  test.each([
    ["in its order", T + 1, T + 1],
    ["with a tool call that began a second later", T - 1000, T - 1000],
    ["after the clock was set back by a day", T - 86_400_000, T - 86_400_000],
    ["with an agent's own time that lies back", T + 100, T - 5000],
  ])("%s, ends", (_, now, at) => expect(live("session-end", ACTIVE, now, at)).toBe("E"));

  test("but was kept back by its agent, doesn't", () => {
    expect(live("session-end", ACTIVE, T + 100_000, T - 1)).toBe("-");
    expect(live("session-end", ACTIVE, T + 59_999, T - 1)).toBe("E");
  });

  test("from the spool doesn't, unless the clock was ahead", () => {
    const end = {
      kind: "session-end",
      source: null,
      isLive: false,
      hasProcess: false,
      at: T - 1,
    } as const;
    expect(letters(transition({ ...end, now: T }, ACTIVE))).toBe("-");
    expect(letters(transition({ ...end, now: T - 1 }, ACTIVE))).toBe("E");
  });
});

describe("of the same moment as the agent's end", () => {
  test.each([-500, -1, 0, 1, 500])("a prompt %i ms away is added", (ms) => {
    expect(live("prompt", ENDED_BY_CLIENT, T + ms)).toBe("A");
  });

  test("a later one reopens", () => expect(live("prompt", ENDED_BY_CLIENT, T + 501)).toBe("RAT"));
});

describe("after an end that lies ahead, since the clock was set back", () => {
  test.each([1000, 60_000, 86_400_000])("by %i ms", (ms) => {
    for (const known of [ENDED, ENDED_BY_CLIENT]) {
      expect(live("prompt", known, T - ms)).toBe("RAT");
      expect(live("session-start", known, T - ms)).toBe("RT");
      // It may be one that the agent reports late.
      expect(live("tool-call", known, T - ms)).toBe("A");
      expect(live("turn-end", known, T - ms)).toBe("A");
    }
  });
});

test("an agent's clock that is ahead makes no tool call later than its arrival", () => {
  expect(live("tool-call", ENDED, T + 1000, T + 120_000)).toBe("A");
  expect(live("tool-call", ENDED, T + 5001, T + 120_000)).toBe("RAT");
});
