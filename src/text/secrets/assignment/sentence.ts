import { hasAny } from "../rule.ts";
import { isKind, isProse, isRandom } from "../values.ts";
import { isOdd } from "./looks.ts";
import type { Assignment } from "./separator.ts";

/** Whether a value stands in a sentence: `password is S`, `with password S`; not after a flag or in a command. */
export function isSentence({ kind, name, lead }: Assignment): boolean {
  if (kind === "said") return true;
  return kind === "blank" && !name.startsWith("-") && !isSetter(lead);
}

/** `passwd` is a command. */
export function isWordForPassword(name: string): boolean {
  return /^(?:[\w.]*password|pass|passphrase|passcode|pw|пароль|contraseña|senha|kennwort)$/i.test(
    name,
  );
}

function isPassword(name: string): boolean {
  return /pass|pw|phrase|пароль|contraseña|senha|kennwort/i.test(name);
}

/** Whether what a sentence tells is a secret: a password in quotes or an odd one, and all else if it is drawn by lot. */
export function isTold(value: string, { name, quote }: Assignment): boolean {
  if (!isPassword(name)) return isRandom(value, 8);
  if (quote === "") return isOdd(value);
  return /phrase/i.test(name) ? !isProse(value) : /^\S{4,}$/.test(value) && !isKind(value);
}

/** Commands and instructions that take a name and then its value: `set -x`, `ENV`, `config set`. */
export function isSetter(lead: string): boolean {
  const lower = lead.toLowerCase();
  if (!hasAny(lower, SETTERS)) return false;
  return /(?:^|[\s;&|('"`:])(?:set(?:x|env)?|env|arg|#define|(?:git|bundle|composer|poetry|yarn) config|nmcli|(?:config|configure|env|secrets?|variables?|vars?)[ :](?:set|add|put|create))(?:[ \t]+[\w./:@=-]+){0,6}[ \t]+[\w./:@-]*$/.test(
    lower,
  );
}

const SETTERS = ["set", "env", "arg", "#define", "config", "add", "put", "create", "nmcli"];
