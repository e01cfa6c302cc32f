const LETTERS = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8";
const UPPER = "AB3DE5GH7JK2MN4PQ6ST";
const HEX = "0a1b2c3d4e5f6789";

/** `length` characters of a token. No token is written out, for scanners to stay calm. */
export function body(length: number, alphabet: string = LETTERS): string {
  return alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);
}

export const hex = (length: number): string => body(length, HEX);

/** A sample with `{40}`, `{40h}` and `{40u}` filled in: letters and digits, hexadecimal ones, capitals. */
export function filled(sample: string): string {
  return sample.replace(/\{(\d+)([hu]?)\}/g, (_, length: string, kind: string) =>
    body(Number(length), { h: HEX, u: UPPER }[kind]),
  );
}

/** The text, and what becomes of it: all between « and », or else the whole, is replaced. */
export function sampleOf(sample: string, mark: string): { text: string; redacted: string } {
  const marked = sample.includes("«") ? filled(sample) : `«${filled(sample)}»`;
  return {
    text: marked.replace(/[«»]/g, ""),
    redacted: marked.replace(/«[^»]*»/g, mark),
  };
}
