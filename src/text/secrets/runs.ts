/** No token is shorter. */
const LEAST_RUN = 16;

/** Whether a character may be part of a token: a letter, a digit, or one of `$%+-./:_~`. */
function isOfToken(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a || code === 0x7e;
  if (code >= 0x41) return code <= 0x5a || code === 0x5f;
  return (code >= 0x2d && code <= 0x3a) || code === 0x2b || code === 0x24 || code === 0x25;
}

/** The parts of a text that are long enough for a token, a line each: to search that for some two hundred prefixes costs far less. */
export function longRuns(text: string): string {
  let runs = "";
  for (let start = 0; start + LEAST_RUN <= text.length; ) {
    let at = start + LEAST_RUN - 1;
    while (at >= start && isOfToken(text.charCodeAt(at))) at--;
    if (at >= start) {
      // No run that long goes over what is none of a token.
      start = at + 1;
      continue;
    }
    let end = start + LEAST_RUN;
    while (end < text.length && isOfToken(text.charCodeAt(end))) end++;
    runs += runs === "" ? text.slice(start, end) : `\n${text.slice(start, end)}`;
    start = end + 1;
  }
  return runs;
}
