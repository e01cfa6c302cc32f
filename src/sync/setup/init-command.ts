import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { serverPlace } from "../remote/address.ts";
import { initSql, initSync } from "./init.ts";
import { initJson } from "./json.ts";
import { initText } from "./text.ts";

export default command({
  meta: { name: "init", description: "Set up sync with a PostgreSQL server" },
  args: {
    url: {
      type: "positional",
      required: false,
      valueHint: "URL",
      description:
        "postgres://USER@HOST/DATABASE, without a password; default: the one that is set up",
    },
    project: {
      type: "string",
      valueHint: "PATTERNS",
      description: "Projects that may leave this machine, such as github.com/acme/*; `*` for all",
    },
    exclude: {
      type: "string",
      valueHint: "PATTERNS",
      description: "Projects that never leave this machine",
    },
    machine: { type: "string", valueHint: "NAME", description: "What to call this machine" },
    ca: {
      type: "string",
      completes: "file",
      valueHint: "FILE",
      description: "The certificate authority that signs the server's certificate",
    },
    keep: {
      type: "string",
      valueHint: "DURATION",
      description:
        "How long sessions stay on the server, such as 90d, or `forever`; nothing older is sent",
    },
    search: { type: "boolean", description: "Make an index for `mm search --remote`" },
    "print-sql": {
      type: "boolean",
      description: "Print the SQL for an administrator, and change nothing",
    },
    json: options.json,
  },
  example: "mm sync init postgres://ada@db.acme.com/agents --project 'github.com/acme/*'",
  details: [
    "Creates the schema `mm` in that database or upgrades it, and writes `sync` in mm.json. Nothing is sent before `mm sync push`, and only sessions of the projects that you name. A project is known by its remote: its host and path, without `.git`. Separate patterns with commas.",
    "The password comes from $PGPASSWORD, ~/.pgpass, or the command under `passwordCommand` in the settings. A server on another machine must offer TLS with a certificate that is trusted.",
  ],
  async run(ctx, { url, project, exclude, machine, ca, keep, search, "print-sql": printSql }) {
    const input = { url, project, exclude, machine, ca, keep, search };
    if (printSql) {
      const sql = initSql(input);
      return { data: { sql }, text: () => sql };
    }
    const initiated = await initSync(ctx, input);
    return {
      data: initJson(initiated),
      text: () => initText(initiated, serverPlace(initiated.settings.address)),
    };
  },
});
