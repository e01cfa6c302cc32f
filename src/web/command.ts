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
        description: "Listen on this port; by default, the same one each time",
        valueHint: "N",
      },
      "no-open": { type: "boolean", description: "Only print the address" },
      idle: {
        type: "string",
        completes: ["10m", "1h", "8h"],
        description: "End after this long without an open page; by default, never",
        valueHint: "DURATION",
      },
      "allow-host": {
        type: "string",
        description: "Also answer to this name, for a forwarded port; separate several with commas",
        valueHint: "NAME",
      },
      json: options.json,
    },
    example: "mm web --no-open",
    details: [
      "Prints an address that only your browser can open: it contains a key, which is new each time. The page shows which agents are at work and which wait for you, and has sessions, search and figures. It changes nothing.",
      "The server listens on 127.0.0.1 until you press Ctrl-C. If one is already running, `mm web` opens its page.",
      "If you forward the port under another name, as from a container, pass that name as --allow-host.",
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
