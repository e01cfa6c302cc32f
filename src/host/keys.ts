import type { Key } from "../context.ts";

const CONTROLS: Readonly<Record<string, Key["name"]>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  // Ctrl-U, Ctrl-W, Ctrl-P and Ctrl-N, as at a shell's prompt.
  "\x15": "clear",
  "\x17": "clear",
  "\x10": "up",
  "\x0e": "down",
  // Ctrl-C, Ctrl-D, Ctrl-\ and Ctrl-Z.
  "\x03": "leave",
  "\x04": "leave",
  "\x1c": "leave",
  "\x1a": "suspend",
};

/** By the last character of a key's code or, for those that end with a tilde, by its number. */
const CODES: Readonly<Record<string, Key["name"]>> = {
  A: "up",
  B: "down",
  F: "end",
  H: "home",
  1: "home",
  4: "end",
  5: "page-up",
  6: "page-down",
  7: "home",
  8: "end",
};

const ESCAPE = "\x1b";
/** What follows an Escape in the code of a key that types nothing, such as an arrow. */
const CODE = /\[([\d;?<=>]*)[ -/]*([@-~])|O\d*([ -~])/y;
/** The beginning of that, of which the rest may be on its way. */
const CODE_PART = /^(?:\[[\d;?<=>]*[ -/]*|O\d*)?$/;
const TEXT = /\P{Cc}/uy;

type Read = {
  /** Null for what nothing is done with. */
  readonly key: Key | null;
  /** Where the next key begins. */
  readonly next: number;
};

function named(name: Key["name"] | undefined, text = ""): Key | null {
  return name === undefined ? null : { name, text };
}

/** What begins with an Escape, which is a key itself before another one; before anything else it is Alt. */
function escapeAt(typed: string, at: number): Read {
  CODE.lastIndex = at + 1;
  const [code, params = "", last, only] = CODE.exec(typed) ?? [];
  if (code === undefined) {
    const isAlone = typed[at + 1] === ESCAPE;
    return isAlone ? { key: named("escape"), next: at + 1 } : { key: null, next: at + 2 };
  }
  const name = CODES[last === "~" ? (params.split(";")[0] ?? "") : (last ?? only ?? "")];
  return { key: named(name), next: at + 1 + code.length };
}

function keyAt(typed: string, at: number): Read {
  const char = typed[at] ?? "";
  if (char === ESCAPE) return escapeAt(typed, at);
  TEXT.lastIndex = at;
  const [text] = TEXT.exec(typed) ?? [];
  if (text !== undefined) return { key: named("text", text), next: at + text.length };
  return { key: named(CONTROLS[char]), next: at + 1 };
}

/**
 * The keys of what a terminal sends. `rest` is the beginning of a code that isn't complete: an Escape, unless more
 * follows at once.
 */
export function readKeys(typed: string): { readonly keys: Key[]; readonly rest: string } {
  const keys: Key[] = [];
  for (let at = 0; at < typed.length; ) {
    const isPart = typed[at] === ESCAPE && CODE_PART.test(typed.slice(at + 1));
    if (isPart) return { keys, rest: typed.slice(at) };
    const { key, next } = keyAt(typed, at);
    if (key !== null) keys.push(key);
    at = next;
  }
  return { keys, rest: "" };
}
