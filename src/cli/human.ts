import { createConsola } from "consola/core";
import { escapeControls } from "../text/text.ts";

/** Writes lines for people to stderr. */
export interface Human {
  problem(message: string, hint: string | undefined): void;
  warning(message: string): void;
}

/** Uses a plain reporter: consola's own ones open process.stderr, which takes 10 ms. */
export function createHuman(err: (text: string) => void): Human {
  const log = createConsola({
    reporters: [
      {
        log({ type, args }) {
          const lead = type === "error" ? "mm: " : type === "warn" ? "mm: warning: " : "  hint: ";
          err(`${lead}${escapeControls(args.join(" "))}\n`);
        },
      },
    ],
  });
  return {
    problem(message, hint) {
      log.error(message);
      if (hint !== undefined) log.info(hint);
    },
    warning: (message) => log.warn(message),
  };
}
