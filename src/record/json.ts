import type { Briefing } from "./briefing-here.ts";

/** The document of `mm context`; sizes are bytes of UTF-8. */
export function briefingJson({ text, bytes, parts }: Briefing) {
  return { context: text, bytes, parts: parts.map(({ name, bytes }) => ({ name, bytes })) };
}
