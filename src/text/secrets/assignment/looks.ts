import { isDotted, isPlaceholder, isRandom, REFERENCE_LIMIT } from "../values.ts";
import type { Assignment } from "./separator.ts";

type Named = Pick<Assignment, "looks" | "name" | "isAttached">;

/** Whether a value looks as its name asks for. */
export function hasLooks(value: string, { looks, name, isAttached }: Named): boolean {
  switch (looks) {
    case "any":
      return true;
    case "odd":
      return isOdd(value);
    case "code":
      return isPin(value);
    case "random":
      // `KEY=value` is of an environment; what is written farther apart may be code.
      return isRandom(value, isAttached && /^[A-Z][A-Z\d_]*$/.test(name) ? 12 : 16);
  }
}

/** Numbers with a unit, names with a number, addresses: `120/120`, `5.2s`, `step_2`, `sha256-hex`, `a1.txt`, `me@h.org`. */
const ORDINARY =
  /^(?:[\d.,:/x-]+[a-z%]{0,3}|[a-z]+(?:[_.-][a-z]+)*[_.-]\d{1,2}|v?\d+(?:\.\d+)+[\w.-]*|(?:sha|md|base|utf|argon|aes|rsa|ipv|oauth|int|uint|float|http|es|python|ed|x)\d[\w-]*|[\w./-]+\.[a-z]{2,4}\d?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)$/i;

/** Whether a value is no word, number, path or code, though it may be short: `hunter2`, `p@ssword`. */
export function isOdd(value: string): boolean {
  if (value.length < 6 || value.length > REFERENCE_LIMIT) return false;
  if (!/^[!-~]+$/.test(value) || /^[-/]|[()[\]{}<>`"'|\\]|:\/\//.test(value)) return false;
  if (isPlaceholder(value) || isDotted(value) || ORDINARY.test(value)) return false;
  return /\d/.test(value) ? /[A-Za-z]/.test(value) : /[A-Za-z][!@#$%^&*?+]+[A-Za-z]/.test(value);
}

/** `4711`, and whatever is odd but for a pin's name: `GPIO13`. */
function isPin(value: string): boolean {
  return /^\d{4,12}$/.test(value) || (isOdd(value) && !/^[A-Z]+_?\d{1,3}$/.test(value));
}
