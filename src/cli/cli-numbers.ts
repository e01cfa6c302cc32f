import { UserError } from "../errors.ts";

/**
 * The value of an option that takes a whole number of 0 or more.
 * @throws UserError `usage`
 */
export function count(option: string, text: string): number {
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) {
    throw new UserError("usage", `invalid value '${text}' for ${option}; expected a whole number`);
  }
  return value;
}
