import { type Command, command } from "../cli/command.ts";
import { count } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import type { Root } from "../cli/tree.ts";
import { UserError } from "../errors.ts";
import { parseDuration } from "../text/duration.ts";
import { pageAssets } from "./assets.ts";
import { servePage } from "./serve.ts";

const MOST_PORT = 65_535;

function parsePort(typed: string): number {
  const port = count("--port", typed);
  if (port <= MOST_PORT) return port;
  throw new UserError(
    "usage",
    `invalid value '${typed}' for --port; expected at most ${MOST_PORT}`,
  );
}

/** Names by which a browser may reach the server, with or without a port. */
function parseHosts(typed: string | undefined): string[] {
  return typed === undefined ? [] : typed.split(",").map((name) => name.trim().toLowerCase());
}

/** `mm web`: its page shows what the other commands of `root` tell. */
export function web(root: Root): Command {
  return command({
    meta: { name: "web", description: "Show the sessions in a browser" },
    args: {
      port: {
        type: "string",
        description: "Listen on this port; by default one that stays the same",
        valueHint: "N",
      },
      "no-open": { type: "boolean", description: "Only print the address" },
      idle: {
        type: "string",
        completes: ["10m", "1h", "8h"],
        description: "End after so long without a page; never by default",
        valueHint: "DURATION",
      },
      "allow-host": {
        type: "string",
        description: "Also answer to this name, for a forwarded port; several with commas",
        valueHint: "NAME",
      },
      json: options.json,
    },
    example: "mm web --no-open",
    details: [
      "Prints an address that only your browser can open: it contains a key, which is new each time. The page shows who is at work and who waits for you, sessions, search and figures. It changes nothing.",
      "The server listens on 127.0.0.1, until Ctrl-C. A second call opens the page of the one that runs.",
      "Where you forward the port under another name, as in a container, pass that name as --allow-host.",
    ],
    async run(ctx, args) {
      const idle = args.idle === undefined ? null : parseDuration(args.idle, ctx.now()).ms;
      const request = {
        port: args.port === undefined ? null : parsePort(args.port),
        opens: !args["no-open"] && ctx.terminal.stdoutIsTty(),
        idleMs: idle,
        hosts: parseHosts(args["allow-host"]),
        json: args.json,
      };
      return { ran: await servePage(ctx, root, pageAssets(), request) };
    },
  });
}
