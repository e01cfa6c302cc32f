import { describe, expect, test } from "bun:test";
import { HOOK_KINDS, type HookKind, type StartSource } from "../../src/agents/wire/event.ts";
import { type Transition, transition } from "../../src/record/transition.ts";
import type { Known } from "../../src/store/hooked-sessions.ts";

const T = 1_795_000_000_000;

const UNKNOWN = null;
const ACTIVE: Known = { active: true, lastEventAt: T, endedAt: 0, endedByPerson: false };
const ENDED: Known = { active: false, lastEventAt: T - 60_000, endedAt: T, endedByPerson: false };
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

function row(kind: HookKind, known: Known | null, source: StartSource | null = null): string {
  return TIMES.map((at) => letters(transition({ kind, source, at }, known))).join(" ");
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
  test("of one that its client, a sweep or somebody's start ended", () =>
    expect(row(kind, ENDED)).toBe(expected.ended));
  test("of one that a person ended", () =>
    expect(row(kind, ENDED_BY_PERSON)).toBe(expected.endedByPerson));
});

const SOURCES = ["startup", "resume", "clear", "compact", "fork", null] as const;

describe.each(SOURCES)("session-start from %s", (source) => {
  test("makes an unknown session", () =>
    expect(row("session-start", UNKNOWN, source)).toBe("CT CT CT CT"));
  test("touches an active one", () => expect(row("session-start", ACTIVE, source)).toBe("T T T T"));
  test("reopens an ended one", () =>
    expect(row("session-start", ENDED, source)).toBe("- RT RT RT"));
  test("reopens one that a person ended only as a resume", () =>
    expect(row("session-start", ENDED_BY_PERSON, source)).toBe(
      source === "resume" ? "- RT RT RT" : "- - - -",
    ));
});

test("an active session may have no event yet", () => {
  const fresh: Known = { ...ACTIVE, lastEventAt: 0 };
  expect(letters(transition({ kind: "session-end", source: null, at: T }, fresh))).toBe("E");
});
