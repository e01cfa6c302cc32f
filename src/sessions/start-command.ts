import { command } from "../cli/command.ts";
import { titleOf } from "../store/rows.ts";
import { parseDuration } from "../text/duration.ts";
import { deriveNamespace, parseAgentId, parseExternalId, parseNamespace } from "../text/names.ts";
import { escapeControls } from "../text/text.ts";
import { type StartInput, type StartResult, startSession } from "./start.ts";

function describe(result: StartResult): string {
  const { session, resumed, staleIds, crossAgentId } = result;
  const title = titleOf(session);
  const parts = [
    staleIds.length > 0 && `${staleIds.length} stale`,
    crossAgentId !== null && "1 cross-agent",
  ].filter((part) => part !== false);
  const ended = staleIds.length + (crossAgentId === null ? 0 : 1);
  return [
    `Session ${resumed ? "resumed" : "started"}: ${escapeControls(session.id)}`,
    ...(title === null ? [] : [`  Title: ${escapeControls(title)}`]),
    `  Agent: ${escapeControls(session.agentId)}`,
    `  Namespace: ${escapeControls(session.namespace)}`,
    ...(ended === 0 ? [] : [`  Auto-ended ${ended} session(s) (${parts.join(", ")})`]),
    "",
  ].join("\n");
}

function notesOf(result: StartResult, ignored: readonly string[]): string[] {
  const notes = result.leftActive.map(
    ({ id }) => `session ${id} stays active; to end it: mm session end ${id}`,
  );
  if (result.resumed && ignored.length > 0) {
    notes.push(`${ignored.join(" and ")} ignored: the session was there before`);
  }
  return notes;
}

export default command({
  meta: { name: "start", description: "Start a session, or return the active one" },
  args: {
    "agent-id": {
      type: "string",
      alias: "a",
      default: "default",
      completes: "agent",
      description: "Agent identifier",
      valueHint: "ID",
    },
    title: { type: "string", alias: "t", description: "Title of the session" },
    namespace: {
      type: "string",
      alias: "n",
      description: "Namespace; derived from the agent id by default",
      valueHint: "NS",
    },
    idempotent: {
      type: "boolean",
      description: "Return the agent's active session if there is one; end another agent's",
    },
    "auto-end-stale": {
      type: "string",
      completes: ["12h", "24h", "7d"],
      description: "First end every active session that started longer ago than this, e.g. 24h",
      valueHint: "DURATION",
    },
    "external-id": {
      type: "string",
      description: "Start or resume the agent's session with this id of the caller's own",
      valueHint: "ID",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm session start --idempotent --auto-end-stale=24h -a claude-code --json",
  details: [
    "With --external-id the agent id and that id name one session for good: it is resumed, opened again if it has ended, and neither the current session nor another agent's is touched.",
    "A session's age counts from its start, not from its last event: choose a DURATION that is longer than any session lasts.",
  ],
  async run(ctx, args) {
    const agentId = parseAgentId(args["agent-id"]);
    const namespace = args.namespace;
    const stale = args["auto-end-stale"];
    const externalId = args["external-id"];
    const input: StartInput = {
      agentId,
      title: args.title || null,
      namespace: namespace === undefined ? deriveNamespace(agentId) : parseNamespace(namespace),
      idempotent: args.idempotent === true,
      staleAfter: stale === undefined ? null : parseDuration(stale, ctx.now()),
    };
    const result =
      externalId === undefined
        ? await startSession(ctx, input)
        : await (await import("./start-external.ts")).startByExternalId(ctx, {
            ...input,
            externalId: parseExternalId(externalId),
          });
    const ignored = [
      args.title !== undefined && "--title",
      namespace !== undefined && "--namespace",
    ];
    ctx.warnings.push(
      ...notesOf(
        result,
        ignored.filter((name) => name !== false),
      ),
    );
    const { session, resumed, staleIds, crossAgentId } = result;
    return {
      data: {
        session_id: session.id,
        resumed,
        stale_ended: crossAgentId === null ? staleIds : [...staleIds, crossAgentId],
      },
      text: () => describe(result),
    };
  },
});
