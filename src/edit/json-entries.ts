import { getNodeValue, type Node } from "jsonc-parser";
import { isObject } from "../text/text.ts";
import { type Entry, faultAt } from "./editor.ts";
import type { Called } from "./hook-command.ts";
import { parseJson, properties, property } from "./json-text.ts";
import { type OwnCommand, parseOwnCommand, parseWords } from "./own-command.ts";

/** How an agent's JSON settings hold hooks: `{"hooks": {EVENT: [handler or group of handlers]}}`. */
export interface JsonShape {
  readonly agent: string;
  /** The keys beside `hooks` in each group; null if handlers are listed directly under their event. */
  readonly group: Readonly<Record<string, unknown>> | null;
  /** The matchers of events of which not every case is wanted, in the place of the group's. */
  readonly matchers?: Readonly<Record<string, string>>;
  /** Keys that the file must have beside `hooks`. */
  readonly topLevel?: Readonly<Record<string, unknown>>;
  /** The file is `mm`'s own, and so is whatever is empty in it. */
  readonly isOwnFile?: boolean;
  handler(event: string, called: Called): Readonly<Record<string, unknown>>;
}

const COMMAND_KEYS = ["command", "bash", "powershell", "commandWindows", "windows", "linux", "osx"];

/** What a handler calls, if it calls `mm` alone. */
function ownCall(value: unknown): OwnCommand | null {
  if (!isObject(value)) return null;
  const { command, args } = value as { command?: unknown; args?: unknown };
  if (Array.isArray(args)) {
    const words = [command, ...args];
    return words.every((word) => typeof word === "string") ? parseWords(words) : null;
  }
  const commands = COMMAND_KEYS.map((key) => value[key]).filter((found) => found !== undefined);
  const calls = commands.map((found) =>
    typeof found === "string" ? parseOwnCommand(found) : null,
  );
  return calls.every((call) => call !== null) ? (calls[0] ?? null) : null;
}

/** A handler of ours in the tree. */
interface Found extends Entry {
  readonly handler: Node;
  /** The handler, or the group that holds it. */
  readonly element: Node;
  readonly list: Node;
  /** Whether this list is the one that the agent reads: the last of its name. */
  readonly counts: boolean;
}

export interface Tree {
  readonly text: string;
  readonly root: Node | null;
  readonly found: readonly Found[];
}

function hooksObjects(text: string, root: Node): Node[] {
  return properties(root)
    .filter(({ key }) => key === "hooks")
    .map(({ value }) => {
      if (value.type !== "object") throw faultAt(text, value.offset, "`hooks` is not an object");
      return value;
    });
}

function ownIn(
  shape: JsonShape,
  list: Node,
): { handler: Node; element: Node; place: string; call: OwnCommand }[] {
  return (list.children ?? []).flatMap((element, group) => {
    const inner = element.type === "object" ? property(element, "hooks") : undefined;
    const handlers = inner?.type === "array" ? (inner.children ?? []) : [element];
    return handlers.flatMap((handler, index) => {
      const call = ownCall(getNodeValue(handler));
      return call?.agent === shape.agent
        ? [{ handler, element, place: `${group}:${index}`, call }]
        : [];
    });
  });
}

/** @throws SettingsFault */
export function readTree(shape: JsonShape, text: string): Tree {
  const root = parseJson(text);
  if (root === null) return { text, root, found: [] };
  if (root.type !== "object") throw faultAt(text, root.offset, "it is not an object");
  const objects = hooksObjects(text, root);
  const found = objects.flatMap((hooks, index) => {
    const events = properties(hooks);
    return events.flatMap(({ key, value: list }) => {
      if (list.type !== "array")
        throw faultAt(text, list.offset, `\`hooks.${key}\` is not an array`);
      const counts = index === objects.length - 1 && property(hooks, key) === list;
      return ownIn(shape, list).map(({ call, ...own }) => ({
        ...own,
        list,
        counts,
        event: key,
        program: call.program,
        home: call.home,
        isWaitedFor: call.isWaitedFor,
      }));
    });
  });
  return { text, root, found };
}
