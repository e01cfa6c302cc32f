import { describe, expect, test } from "bun:test";
import { AGENT_NAMES, type AgentName } from "../../../src/agents/agents.ts";
import { decodeHook } from "../../../src/agents/wire/decode.ts";
import { faults, SAMPLES, sample, told } from "./samples.ts";
import { TELLS } from "./tells.ts";

const ID_FIELDS: Readonly<Record<AgentName, string>> = {
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
function common(agent: AgentName, name: string) {
  const payload = sample(agent, name) as Record<string, string> & {
    properties?: { sessionID: string };
    thread?: { id: string };
  };
  return {
    agent,
    externalId:
      payload[ID_FIELDS[agent]] ??
      payload["session_id"] ??
      payload.properties?.sessionID ??
      payload.thread?.id ??
      "",
    agentEvent:
      payload["hook_event_name"] ??
      payload["hookEventName"] ??
      payload["hookName"] ??
      payload["agent_action_name"] ??
      payload["type"] ??
      TELLS[agent][name]?.[0] ??
      "",
    transcriptPath: payload["transcript_path"] ?? null,
  };
}

test("every sample is in the table, and every client has one", () => {
  expect(SAMPLES.map(({ agent, name }) => `${agent}/${name}`)).toEqual(
    AGENT_NAMES.flatMap((agent) =>
      Object.keys(TELLS[agent])
        .sort()
        .map((name) => `${agent}/${name}`),
    ),
  );
  expect(AGENT_NAMES.filter((agent) => Object.keys(TELLS[agent]).length === 0)).toEqual([]);
});

describe.each([...AGENT_NAMES])("%s", (agent) => {
  test.each(Object.entries(TELLS[agent]))("%s", async (name, [event, tells]) => {
    const decoded = await decodeHook(agent, event, sample(agent, name), {});
    expect(decoded).toEqual(tells && told({ ...common(agent, name), ...tells }));
    expect(faults(decoded)).toEqual([]);
    expect(JSON.stringify(decoded)).not.toContain("user_email");
  });
});
