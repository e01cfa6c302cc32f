import { command } from "../cli/command.ts";
import { count, countFromOne } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import { withFirstStep } from "../hints/hints.ts";
import { machineOption, withStores } from "../machines/stores.ts";
import { whereIs } from "../machines/which.ts";
import { LOGGED_TYPES } from "../store/events.ts";
import { eventType } from "../text/event-words.ts";
import { listEvents } from "./events.ts";
import { eventsJson } from "./json.ts";
import { eventsText } from "./text.ts";

export default command({
  meta: {
    name: "events",
    description: "Show the events of the current session, or of the one named",
  },
  args: {
    id: options.session,
    machine: machineOption,
    type: { type: "string", completes: LOGGED_TYPES, description: "Only events of this type" },
    limit: {
      type: "string",
      description: "Only the last N events; with --after, the first N",
      valueHint: "N",
    },
    after: { type: "string", description: "Only events after this one, by its id", valueHint: "N" },
    before: { type: "string", description: "Only events before it", valueHint: "N" },
    bytes: {
      type: "string",
      description: "Only as many as have about N bytes in JSON, but at least one",
      valueHint: "N",
    },
    json: options.json,
  },
  details: [
    "Events have ids only under --json. Pass its `after` as --after to get what comes next, and its `before` as --before to get what came before.",
    "If no session is current, it shows the one that was last active; under --json that is an error.",
  ],
  example: "mm session events --type tool_call --limit 20",
  failureDocument: ({ code }) => (code === "no_session" ? { error: "no_session" } : undefined),
  async run(ctx, { id, machine, type = null, limit, after, before, bytes, json }) {
    const request = {
      type: type === null ? null : eventType(type),
      limit: limit === undefined ? null : countFromOne("--limit", limit),
      after: after === undefined ? null : count("--after", after),
      before: before === undefined ? null : count("--before", before),
      bytes: bytes === undefined ? null : countFromOne("--bytes", bytes),
      // A script has to know that there is no session; a person wants to see one.
      fallsBack: !json,
    };
    const found = await withFirstStep(ctx, () =>
      withStores(ctx, machine, async (stores) => {
        const { from, id: named } = await whereIs(stores, id);
        return await listEvents(from.ctx, { ...request, id: named });
      }),
    );
    const { root, events } = found;
    return {
      data: eventsJson(found),
      text: () =>
        eventsText(events, {
          style: styleFor(ctx),
          columns: terminalColumns(ctx),
          folders: { root, home: ctx.env.HOME },
        }),
      isPaged: true,
    };
  },
});
