import { command } from "../../cli/command.ts";
import { parsePeriod } from "../../cli/numbers.ts";
import { options } from "../../cli/options.ts";
import { pullJson } from "../json.ts";
import { pullText } from "../text.ts";
import { machineNamesIn } from "./names.ts";
import { pull } from "./run.ts";

export default command({
  meta: { name: "pull", description: "Get the sessions of your other machines" },
  args: {
    machine: {
      type: "string",
      valueHint: "NAMES",
      description:
        "Names of machines, or `all`, including your team's; default: your own other machines",
    },
    project: {
      type: "string",
      valueHint: "PATTERN",
      description: "Only projects like github.com/acme/*",
    },
    since: options.since("Only sessions started"),
    json: options.json,
  },
  example: "mm sync pull",
  details: [
    "They are stored beside your own in mm-remote.db in the home of mm. `mm list`, `show`, `search`, `stats`, `ps` and `export` read them with `--machine NAME` or `--machine all`. Separate names with commas.",
  ],
  async run(ctx, { machine, project, since, json: _ }) {
    const machines = machine === undefined ? null : machineNamesIn(machine);
    const from = parsePeriod({ since }, ctx.now()).since ?? null;
    const pulled = await pull(ctx, { machines, project: project ?? null, since: from });
    return { data: pullJson(pulled), text: () => pullText(pulled, machines === null) };
  },
});
