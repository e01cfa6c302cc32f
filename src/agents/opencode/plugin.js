// Written by `mm hooks install opencode`: records OpenCode's sessions. Edits are lost on the next install.
import { spawn, spawnSync } from "node:child_process";
import { env } from "node:process";

const MM = "mm";
const MM_HOME = null;
const FORWARDED = new Set([
  "session.created",
  "session.deleted",
  "session.idle",
  "session.compacted",
  "permission.asked",
  "permission.replied",
  "question.asked",
  "question.replied",
  "question.rejected",
]);
const WAIT_MS = 1000;
// `mm` needs at most 800 ms, and on a busy machine about as long to start; OpenCode gives a plugin five seconds.
const DISPOSE_MS = 2000;

// OpenCode may make several instances in one process, and dispose of another one than it told the events to.
const live = new Map();
const parents = new Map();
const queue = [];
let running = null;

const options = () => ({
  env: { ...env, BUN_BE_BUN: "", BUN_OPTIONS: "", ...(MM_HOME === null ? {} : { MM_HOME }) },
  windowsHide: true,
});

function start(type, json) {
  return new Promise((done) => {
    const timer = setTimeout(done, WAIT_MS);
    timer.unref?.();
    const finish = () => {
      clearTimeout(timer);
      done();
    };
    try {
      const child = spawn(MM, ["hook", "opencode", type], {
        ...options(),
        detached: true,
        stdio: ["pipe", "ignore", "ignore"],
      });
      child.on("error", finish);
      child.on("exit", finish);
      child.stdin.on("error", () => {});
      child.stdin.end(json);
      child.unref();
    } catch {
      finish();
    }
  });
}

// One after another, so that what is told later can't be recorded first.
async function drain() {
  while (queue.length > 0) {
    const [type, json] = queue.shift();
    await start(type, json);
  }
  running = null;
}

function tell(type, properties) {
  try {
    queue.push([type, JSON.stringify({ type, properties })]);
    running ??= drain();
  } catch {
    // A value that is no JSON is nobody's to lose a session for.
  }
}

function tellNow(type, json) {
  try {
    spawnSync(MM, ["hook", "opencode", type], {
      ...options(),
      input: json,
      stdio: ["pipe", "ignore", "ignore"],
      timeout: DISPOSE_MS,
    });
  } catch {
    // The program may be gone.
  }
}

function note(sessionID, directory) {
  if (typeof sessionID !== "string" || parents.has(sessionID)) return;
  live.set(sessionID, directory ?? live.get(sessionID));
}

function withParent(sessionID, properties) {
  const parentID = parents.get(sessionID);
  return parentID === undefined ? properties : { ...properties, parentID };
}

function onEvent(type, properties, directory) {
  if (!FORWARDED.has(type)) return;
  const info = properties?.info ?? {};
  const sessionID = properties?.sessionID ?? info.id;
  if (type === "session.created" && info.parentID) parents.set(sessionID, info.parentID);
  if (type === "session.deleted") live.delete(sessionID);
  else note(sessionID, info.directory ?? directory);
  const all = { ...properties, sessionID };
  tell(type, type === "session.created" ? all : withParent(sessionID, all));
}

function onPrompt(sessionID, { messageID, model, text, directory }) {
  note(sessionID, directory);
  tell("chat.message", withParent(sessionID, { sessionID, messageID, model, text, directory }));
}

function onTool(sessionID, details) {
  note(sessionID, details.directory);
  tell("tool.execute.after", withParent(sessionID, { sessionID, ...details }));
}

async function dispose() {
  try {
    // The call that is on its way gets a moment; those behind it are made at once.
    if (running !== null)
      await Promise.race([running, new Promise((done) => setTimeout(done, 80))]);
    for (const [type, json] of queue.splice(0)) tellNow(type, json);
    const ended = [...live.entries()];
    live.clear();
    for (const [sessionID, directory] of ended) {
      const properties = { sessionID, directory };
      tellNow("dispose", JSON.stringify({ type: "dispose", properties }));
    }
  } catch {
    // OpenCode is about to exit.
  }
}

function textOf(parts) {
  if (!Array.isArray(parts)) return undefined;
  const texts = parts.filter((part) => part?.type === "text" && !part.synthetic);
  return texts.map((part) => part.text).join("\n");
}

function modelOf(model) {
  if (typeof model === "string" || model === undefined) return model;
  return [model.providerID, model.modelID ?? model.id].filter(Boolean).join("/") || undefined;
}

function quietly(handle) {
  return async (...values) => {
    try {
      await handle(...values);
    } catch {
      // A plugin that throws would fail what the user asked for.
    }
  };
}

async function server({ directory } = {}) {
  return {
    event: quietly(({ event }) => onEvent(event.type, event.properties, directory)),
    "chat.message": quietly((input, output) =>
      onPrompt(input.sessionID, {
        messageID: output?.message?.id ?? input.messageID,
        model: modelOf(input.model ?? output?.message?.model),
        text: textOf(output?.parts),
        directory,
      }),
    ),
    "tool.execute.after": quietly((input, output) =>
      onTool(input.sessionID, {
        callID: input.callID,
        tool: input.tool,
        args: input.args,
        title: output?.title,
        metadata: output?.metadata,
        output: output?.output,
        directory,
      }),
    ),
    dispose: quietly(dispose),
  };
}

export default { id: "mm", server };
