import { after, type Rule } from "./rule.ts";
import { isKind, isPlaceholder } from "./values.ts";

/** From a header's name to its value, in a header, an object or a string of one. */
const ASSIGNED = String.raw`(?:\\{0,7}["'\x60]\]?)?[ \t]{0,4}[:=,][ \t]{0,4}\\{0,7}["'\x60]?`;
/** What no value of a header holds. */
const TOKEN = "[^\\s\"'`\\\\,;<>]";

/** The values of HTTP headers. */
export function headers() {
  return {
    authorization: {
      hints: ["authorization", "bearer"],
      apply: redactAuthorization,
      sample: "Authorization: Bearer «abc» Authorization: «{20}» sent bearer «{24}» to it",
      decoy: "Authorization: required Authorization: Bearer $TOKEN bearer of bad news",
    },
    cookie: after(
      "cookie",
      () => new RegExp(`(cookie${ASSIGNED})([\\w.$-]{1,128}=(?![=>])[^\\r\\n"'\`\\\\]+)`, "gi"),
      "Cookie: «a=b; c=d»\nX: y",
      "Cookie: a small biscuit",
    ),
  } satisfies Record<string, Rule>;
}

/** With a known scheme anything is a credential; with another or none, what has a digit. */
function redactAuthorization(text: string, mark: string): string {
  const known = "(?:bearer|basic|token|bot|apikey|negotiate|ntlm)[ \\t]{1,4}";
  const other = `(?:[a-z][\\w-]{0,30}[ \\t]{1,4})?(?=${TOKEN}{0,64}\\d)(?=${TOKEN}{8})`;
  const header = `authorization${ASSIGNED}(?:${known}|(?=digest[ \\t])|${other})`;
  const prose = "\\bbearer[ \\t]{1,4}(?=[\\w.~+/-]{0,64}\\d)(?=[\\w.~+/-]{16})";
  const value = `(?:digest|aws4-hmac-sha256)[ \\t][^\\r\\n']+|${TOKEN}+`;
  return text.replace(
    new RegExp(`(${header}|${prose})(${value})`, "gi"),
    (match: string, kept: string, found: string) =>
      isPlaceholder(found) || isKind(found) ? match : kept + mark,
  );
}
