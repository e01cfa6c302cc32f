import { type Rule, shape } from "../rule.ts";

/** Tokens without a prefix, which are known by their dots. */
export function dottedTokens() {
  return {
    discord: {
      ...shape(
        "",
        () => /(?<![\w.-])[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{24,}/g,
        "MTk{22}.{6}.{38}",
        "a.config.b",
      ),
      hints: [],
      occursIn: hasDotsApart,
    },
  } satisfies Record<string, Rule>;
}

/** Whether a text has the dots of a Discord bot's token, six characters apart in a long word; it has no prefix. */
export function hasDotsApart(text: string): boolean {
  for (let dot = text.indexOf("."); dot >= 0; dot = text.indexOf(".", dot + 1)) {
    if (text.charAt(dot + 7) !== ".") continue;
    const isLong = dot >= 20 && text.length >= dot + 30;
    if (isLong && text.lastIndexOf("/", dot) <= dot - 20 && text.lastIndexOf(" ", dot) <= dot - 20)
      return true;
  }
  return false;
}
