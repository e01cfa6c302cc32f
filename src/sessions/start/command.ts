import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { parseDuration } from "../../text/duration.ts";
import {
  deriveNamespace,
  parseAgentId,
  parseExternalId,
  parseNamespace,
} from "../../text/names.ts";
import { startJson } from "../json.ts";
import { startNotes, startText } from "../text.ts";
import type { StartInput } from "./model.ts";
import { startSession } from "./start.ts";

export default command({
  meta: { name: "start", description: "Start a session, or return the active one" },
  args: {
    agent: options.agentId("default"),
    title: { type: "string", alias: "t", description: "Title of the session" },
    namespace: {
      type: "string",
      alias: "n",
      description: "Namespace; derived from the agent id by default",
      valueHint: "NS",
    },
    idempotent: {
      type: "boolean",
      description: "Return the agent's active session if there is one, and end another agent's",
    },
    "auto-end-stale": {
      type: "string",
      completes: ["12h", "24h", "7d"],
      description: "First end every active session that started longer ago than this, e.g. 24h",
      valueHint: "DURATION",
    },
    "external-id": {
      type: "string",
      description: "Start or resume the session that you know by this id",
      valueHint: "ID",
    },
    json: options.json,
  },
  example: "mm session start --idempotent --auto-end-stale=24h -a claude-code --json",
  details: [
    "With --external-id, the agent id and that id always mean the same session. It is resumed, or reopened if it has ended. The current session and other agents' sessions aren't touched.",
    "A session's age counts from its start, not from its last event, so choose a DURATION longer than any session lasts.",
  ],
  async run(ctx, args) {
    const agentId = parseAgentId(args.agent);
    const { title, namespace, idempotent } = args;
    const stale = args["auto-end-stale"];
    const externalId = args["external-id"];
    const input: StartInput = {
      agentId,
      title: title || null,
      namespace: namespace === undefined ? deriveNamespace(agentId) : parseNamespace(namespace),
      idempotent,
      staleAfter: stale === undefined ? null : parseDuration(stale, ctx.now()),
    };
    const result =
      externalId === undefined
        ? await startSession(ctx, input)
        : await (await import("./external.ts")).startByExternalId(ctx, {
            ...input,
            externalId: parseExternalId(externalId),
          });
    ctx.warnings.push(...startNotes(result, { title, namespace }));
    return { data: startJson(result), text: () => startText(result) };
  },
});
