const ZERO = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const LETTER_T = 0x54;
const UTC = "+00:00";
const UTC_AT = 19;

/** The two digits at a place; less than 0 where there are others. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** The days from 1970 to one of the Gregorian calendar; a 31st of a shorter month is a day of the next, as in SQLite. */
function daysTo(year: number, month: number, day: number): number {
  // Years that begin in March have their leap day at the end.
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + Math.floor((153 * months + 2) / 5) + day - 719_469;
}

function isWritten(text: string): boolean {
  return (
    text.length === UTC_AT + UTC.length &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === LETTER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.endsWith(UTC)
  );
}

/** The seconds since 1970 of a time like `2026-03-10T12:00:00+00:00`, as nearly all are; null for any other. */
export function usualSeconds(text: string): number | null {
  if (!isWritten(text)) return null;
  const century = two(text, 0);
  const year = two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hours = two(text, 11);
  const minutes = two(text, 14);
  const seconds = two(text, 17);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) {
    return null;
  }
  const days = daysTo(century * 100 + year, month, day);
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
