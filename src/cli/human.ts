import { createConsola } from "consola/core";
import { escapeControls } from "../text/text.ts";

/** Lines for people, on stderr. */
export interface Human {
  problem(message: string, hint: string | undefined): void;
  warning(message: string): void;
}

/** consola's own reporters open process.stderr, which takes 10 ms, hence a plain one here. */
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
