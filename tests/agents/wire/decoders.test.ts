import { describe, expect, test } from "bun:test";
import { CLIENTS, type Client } from "../../../src/agents/agents.ts";
import { decodeHook } from "../../../src/agents/wire/decode.ts";
import { faults, SAMPLES, sample, told } from "./samples.ts";
import { TELLS } from "./tells.ts";

const ID_FIELDS: Readonly<Record<Client, string>> = {
  claude: "session_id",
  codex: "session_id",
  gemini: "session_id",
  copilot: "sessionId",
  qwen: "session_id",
  opencode: "",
  cursor: "conversation_id",
  vscode: "sessionId",
  droid: "session_id",
  kimi: "session_id",
  windsurf: "trajectory_id",
  cline: "taskId",
  amp: "",
};

/** What every event of a sample tells, whatever it is: read here in the plainest way. */
function common(client: Client, name: string) {
  const payload = sample(client, name) as Record<string, string> & {
    properties?: { sessionID: string };
    thread?: { id: string };
  };
  return {
    client,
    externalId:
      payload[ID_FIELDS[client]] ??
      payload["session_id"] ??
      payload.properties?.sessionID ??
      payload.thread?.id ??
      "",
    clientEvent:
      payload["hook_event_name"] ??
      payload["hookEventName"] ??
      payload["hookName"] ??
      payload["agent_action_name"] ??
      payload["type"] ??
      TELLS[client][name]?.[0] ??
      "",
    transcriptPath: payload["transcript_path"] ?? null,
  };
}

test("every sample is in the table, and every client has one", () => {
  expect(SAMPLES.map(({ client, name }) => `${client}/${name}`)).toEqual(
    CLIENTS.flatMap((client) =>
      Object.keys(TELLS[client])
        .sort()
        .map((name) => `${client}/${name}`),
    ),
  );
  expect(CLIENTS.filter((client) => Object.keys(TELLS[client]).length === 0)).toEqual([]);
});

describe.each([...CLIENTS])("%s", (client) => {
  test.each(Object.entries(TELLS[client]))("%s", async (name, [event, tells]) => {
    const decoded = await decodeHook(client, event, sample(client, name), {});
    expect(decoded).toEqual(tells && told({ ...common(client, name), ...tells }));
    expect(faults(decoded)).toEqual([]);
    expect(JSON.stringify(decoded)).not.toContain("user_email");
  });
});
