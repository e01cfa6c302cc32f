// Written by `mm hooks install opencode`: records OpenCode's sessions. Edits are lost on the next install.
import { spawn, spawnSync } from "node:child_process";
import { env, platform } from "node:process";

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
// What is left when OpenCode ends: two lines a call, one after another, behind the call with the process id $1, for
// which nobody but this waits: five seconds.
const REST =
  'n=0; while [ "$n" -lt 50 ] && [ "$1" -gt 0 ] && kill -0 "$1"; do sleep 0.1 || sleep 1; n=$((n + 1)); done; ' +
  'while IFS= read -r type && IFS= read -r json; do printf "%s\\n" "$json" | "$0" hook opencode "$type"; done';

// OpenCode may make several instances in one process, and dispose of another one than it told the events to.
const live = new Map();
const parents = new Map();
const queue = [];
let isTelling = false;
// The call that is on its way, and whether all of it has been sent.
let pid = 0;
let sent = null;

const options = () => ({
  env: { ...env, BUN_BE_BUN: "", BUN_OPTIONS: "", ...(MM_HOME === null ? {} : { MM_HOME }) },
  windowsHide: true,
});

// Starts a program that outlives OpenCode; resolves when all of its input has been sent, at once if it is small.
function launch(program, words, input, finish) {
  const child = spawn(program, words, {
    ...options(),
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.on("error", finish);
  child.on("exit", finish);
  child.unref();
  pid = child.pid ?? 0;
  return new Promise((done) => {
    child.stdin.on("error", done);
    child.stdin.end(input, done);
  });
}

function start(type, json) {
  return new Promise((done) => {
    const timer = setTimeout(done, WAIT_MS);
    timer.unref?.();
    const finish = () => {
      clearTimeout(timer);
      pid = 0;
      done();
    };
    try {
      sent = launch(MM, ["hook", "opencode", type], json, finish);
    } catch {
      finish();
    }
  });
}

// One after another, so that what is told later can't be recorded first.
async function drain() {
  if (isTelling) return;
  isTelling = true;
  while (queue.length > 0) {
    const [type, json] = queue.shift();
    await start(type, json);
  }
  isTelling = false;
}

function tell(type, properties) {
  try {
    queue.push([type, JSON.stringify({ type, properties })]);
    void drain();
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

const within = (ms, promise) =>
  Promise.race([promise, new Promise((done) => setTimeout(done, ms).unref?.())]);

function tellRest(calls) {
  if (platform === "win32") {
    for (const [type, json] of calls) tellNow(type, json);
    return;
  }
  const lines = calls.map(([type, json]) => `${type}\n${json}\n`);
  return launch("/bin/sh", ["-c", REST, MM, String(pid)], lines.join(""), () => {});
}

// OpenCode waits for this, but not for what it starts.
async function dispose() {
  try {
    const calls = queue.splice(0);
    for (const [sessionID, directory] of live) {
      const properties = { sessionID, directory };
      calls.push(["dispose", JSON.stringify({ type: "dispose", properties })]);
    }
    live.clear();
    const rest = calls.length > 0 ? tellRest(calls) : null;
    await within(DISPOSE_MS, Promise.all([sent, rest]));
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
