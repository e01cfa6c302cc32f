import type { Key } from "../context.ts";

/** What a person looks at: a list of sessions, or the text of the one that is selected. */
export interface Browsing {
  /** The id of the selected session; null where none is. */
  readonly selected: string | null;
  /** The index of the first row that was shown last. */
  readonly top: number;
  /** What was typed to filter by. */
  readonly filter: string;
  /** How many lines of the session's text are above the screen; null while the list is shown. */
  readonly scrolled: number | null;
  /** Whether the person was asked whether to end the selected session. */
  readonly isAsked: boolean;
}

export const START: Browsing = {
  selected: null,
  top: 0,
  filter: "",
  scrolled: null,
  isAsked: false,
};

/** What a key's meaning depends on. */
export interface Surroundings {
  /** The ids of the listed sessions, in order. */
  readonly ids: readonly string[];
  /** How many rows or lines fit on the screen. */
  readonly room: number;
  /** How many lines the text of the selected session has. */
  readonly lines: number;
  /** Whether what is typed filters the list. If not, letters are commands. */
  readonly filters: boolean;
  readonly mayEnd: boolean;
}

/** What is looked at after a key, and what is to be done: `end` comes only after a yes. */
export interface Pressed {
  readonly now: Browsing;
  readonly does: "leave" | "resume" | "end" | null;
}

type Name = Key["name"] | "ask";

const LETTERS: Readonly<Record<string, Name>> = {
  q: "escape",
  Q: "escape",
  j: "down",
  k: "up",
  e: "ask",
};

function nameOf({ name, text }: Key, filters: boolean): Name {
  return name === "text" && !filters ? (LETTERS[text] ?? "text") : name;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** By how much a key moves in a list of this length; null for a key that doesn't. */
function stepOf(name: Name, room: number, length: number): number | null {
  const page = Math.max(1, room - 1);
  const steps: Partial<Record<Name, number>> = {
    up: -1,
    down: 1,
    "page-up": -page,
    "page-down": page,
    home: -length,
    end: length,
  };
  return steps[name] ?? null;
}

/** The index of the selected session, or -1. A list that is filtered always has one selected. */
export function selectedIndex(
  { selected }: Pick<Browsing, "selected">,
  { ids, filters }: Pick<Surroundings, "ids" | "filters">,
): number {
  const index = selected === null ? -1 : ids.indexOf(selected);
  return index < 0 && filters && ids.length > 0 ? 0 : index;
}

/** The first row to show: as before, unless the selected one would be off the screen. */
export function firstRow(top: number, index: number, length: number, room: number): number {
  const below = index < 0 ? top : Math.max(Math.min(top, index), index - room + 1);
  return clamp(below, length - room);
}

function withoutLast(text: string): string {
  const parts = [...new Intl.Segmenter().segment(text)];
  return text.slice(0, parts.at(-1)?.index ?? 0);
}

const stay = (now: Browsing): Pressed => ({ now, does: null });

function moved(now: Browsing, by: number, around: Surroundings): Pressed {
  const { ids } = around;
  const index = selectedIndex(now, around);
  // Where none is selected, the way down begins above the first, and the way up below the last.
  const from = index >= 0 ? index : by < 0 ? ids.length : -1;
  const next = clamp(from + by, ids.length - 1);
  return stay({ ...now, selected: ids[next] ?? null });
}

function filtered(now: Browsing, filter: string): Pressed {
  return stay({ ...now, filter, selected: null, top: 0 });
}

/** A key while the text of a session is shown. */
function inText(now: Browsing, name: Name, around: Surroundings): Pressed {
  const { room, lines } = around;
  const scrolled = now.scrolled ?? 0;
  const by = stepOf(name, room, lines);
  if (by !== null) return stay({ ...now, scrolled: clamp(scrolled + by, lines - room) });
  if (name === "tab" || name === "escape") return stay({ ...now, scrolled: null });
  return { now, does: name === "enter" ? "resume" : null };
}

function inList(now: Browsing, name: Name, key: Key, around: Surroundings): Pressed {
  const by = stepOf(name, around.room, around.ids.length);
  if (by !== null) return moved(now, by, around);
  if (name === "escape") return { now, does: "leave" };
  if (around.filters && name === "text") return filtered(now, now.filter + key.text);
  if (around.filters && name === "backspace") return filtered(now, withoutLast(now.filter));
  if (around.filters && name === "clear") return filtered(now, "");
  const index = selectedIndex(now, around);
  const selected = around.ids[index] ?? null;
  if (name !== "enter" && name !== "tab" && name !== "ask") return stay(now);
  // The first of these keys shows what it would be about.
  if (selected === null) return moved(now, 0, around);
  const about = { ...now, selected };
  if (name === "tab") return stay({ ...about, scrolled: 0 });
  if (name === "ask") return stay({ ...about, isAsked: around.mayEnd });
  return { now: about, does: "resume" };
}

/** What a key does. */
export function press(now: Browsing, key: Key, around: Surroundings): Pressed {
  if (now.isAsked) {
    const isYes = key.name === "text" && key.text.toLowerCase() === "y";
    return { now: { ...now, isAsked: false }, does: isYes ? "end" : null };
  }
  const name = nameOf(key, around.filters);
  return now.scrolled === null ? inList(now, name, key, around) : inText(now, name, around);
}
