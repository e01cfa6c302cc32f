// C0, DEL, C1, bidi marks and overrides, line and paragraph separators, lone surrogates.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this matches control characters
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const C1_OR_BIDI = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function hex(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Makes text safe for one line of a terminal: escapes every character that could move the cursor or hide text. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (char) => NAMED[char] ?? hex(char));
}

/** Whether text is short and ASCII, as most is. A process's first RegExp costs more than this loop. */
function isShortAscii(text: string): boolean {
  if (text.length > 500) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}

/** Whether text contains C0 or C1 control characters or DEL. */
export function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

/** A JSON document on one line, with C1 and bidi characters escaped as well as C0. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (isShortAscii(json)) return json;
  return json.replace(
    C1_OR_BIDI,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasSurrogates(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true;
  return false;
}

/** The first `length` code points. */
export function firstChars(text: string, length: number): string {
  if (text.length <= length) return text;
  const units = text.slice(0, length);
  if (!hasSurrogates(units)) return units;
  // A code point is at most two code units, so this slice is always long enough.
  return Array.from(text.slice(0, length * 2))
    .slice(0, length)
    .join("");
}

/**
 * Cuts text to at most `limit` bytes of UTF-8, between characters, and makes it well-formed. A mark at the
 * end gives the number of bytes cut, including `omittedBytes`, which the caller has cut already.
 */
export function cutToBytes(text: string, limit: number, omittedBytes: number): string {
  const whole = text.toWellFormed();
  // A code unit takes at most three bytes, so short text needs no counting.
  if (omittedBytes === 0 && whole.length * 3 <= limit) return whole;
  const bytes = new TextEncoder().encode(whole);
  if (omittedBytes === 0 && bytes.length <= limit) return whole;
  let end = Math.min(limit, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const omitted = bytes.length - end + omittedBytes;
  return `${new TextDecoder().decode(bytes.subarray(0, end))}… [cut: ${omitted} more bytes]`;
}

/** A number with its noun: `1 problem`, `2 problems`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
