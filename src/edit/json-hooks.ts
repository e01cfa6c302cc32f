import { getNodeValue, type Node } from "jsonc-parser";
import type { Baseline, Editor, Wanted } from "./editor.ts";
import type { Called } from "./hook-command.ts";
import { type JsonShape, readTree, type Tree } from "./json-entries.ts";
import {
  append,
  applyEdits,
  type Edit,
  type Item,
  layoutOf,
  parseJson,
  properties,
  property,
  remove,
  render,
  splitBom,
} from "./json-text.ts";
import { hasKeys, leftOf } from "./merge.ts";

function element(shape: JsonShape, event: string, called: Called): unknown {
  const handler = shape.handler(event, called);
  if (shape.group === null) return handler;
  const matcher = shape.matchers?.[event];
  return { ...shape.group, ...(matcher === undefined ? {} : { matcher }), hooks: [handler] };
}

/** Whether a group holds only what we would write there ourselves. */
function isOwnGroup(shape: JsonShape, group: Node, gone: ReadonlySet<Node>): boolean {
  const known: Readonly<Record<string, unknown>> = { matcher: "", ...shape.group };
  const matchers: readonly unknown[] = Object.values(shape.matchers ?? {});
  return properties(group).every(({ key, value }) => {
    if (key === "hooks") return (value.children ?? []).every((handler) => gone.has(handler));
    const said: unknown = getNodeValue(value);
    if (key === "matcher" && matchers.includes(said)) return true;
    return key in known && Bun.deepEquals(said, known[key]);
  });
}

/** Tells whether `mm` added a key at the top or an event. */
function knowsMade(shape: JsonShape, baseline: Baseline): (...path: string[]) => boolean {
  if (shape.isOwnFile === true || baseline?.text === null) return () => true;
  // Nobody knows who made what; a list in which only hooks of ours stood is of no more use.
  if (baseline === undefined) return (top) => top === "hooks";
  const { text } = baseline;
  return (...path) => !hasKeys(text, path);
}

interface Strip {
  readonly gone: ReadonlySet<Node>;
  /** Whether a container that becomes empty may go too. */
  mayGo(...path: string[]): boolean;
}

/** Edits that remove entries from a list, and the list's children that go as a whole. */
function stripList(shape: JsonShape, text: string, list: Node, gone: ReadonlySet<Node>) {
  const edits: Edit[] = [];
  const whole = new Set<Node>();
  for (const child of list.children ?? []) {
    const inner = child.type === "object" ? property(child, "hooks") : undefined;
    const handlers = (inner?.children ?? []).filter((handler) => gone.has(handler));
    if (gone.has(child) || (handlers.length > 0 && isOwnGroup(shape, child, gone)))
      whole.add(child);
    else if (inner !== undefined) edits.push(...remove(text, inner, new Set(handlers)));
  }
  return { edits, whole };
}

/** Edits that remove entries from a `hooks` object, or null if it goes as a whole. */
function stripHooks(shape: JsonShape, text: string, hooks: Node, strip: Strip): Edit[] | null {
  const edits: Edit[] = [];
  const events = new Set<Node>();
  for (const event of properties(hooks)) {
    const { edits: inner, whole } = stripList(shape, text, event.value, strip.gone);
    const isEmptied = whole.size > 0 && whole.size === event.value.children?.length;
    if (isEmptied && strip.mayGo("hooks", event.key)) events.add(event.node);
    else edits.push(...inner, ...remove(text, event.value, whole));
  }
  const isEmptied = events.size > 0 && events.size === hooks.children?.length;
  return isEmptied && strip.mayGo("hooks") ? null : [...edits, ...remove(text, hooks, events)];
}

function stripEdits(shape: JsonShape, { text, root }: Tree, strip: Strip): Edit[] {
  if (root === null) return [];
  const edits: Edit[] = [];
  const gone = new Set<Node>();
  for (const { key, node, value } of properties(root)) {
    if (key !== "hooks") continue;
    const inner = stripHooks(shape, text, value, strip);
    if (inner === null) gone.add(node);
    else edits.push(...inner);
  }
  for (const { key, node, value } of gone.size === 0 ? [] : properties(root)) {
    const own = shape.topLevel?.[key];
    const isAsWritten = own !== undefined && Bun.deepEquals(getNodeValue(value), own);
    if (isAsWritten && strip.mayGo(key)) gone.add(node);
  }
  return [...edits, ...remove(text, root, gone)];
}

/** The entries that are already as wanted: the only one of its event, alone in its group. */
function standing(shape: JsonShape, { found }: Tree, wanted: Wanted): ReadonlyMap<string, Node> {
  const kept = new Map<string, Node>();
  for (const event of wanted.events) {
    const all = found.filter((entry) => entry.event === event);
    const [only] = all;
    const value = element(shape, event, wanted);
    if (
      all.length === 1 &&
      only?.counts === true &&
      Bun.deepEquals(getNodeValue(only.element), value)
    ) {
      kept.set(event, only.handler);
    }
  }
  return kept;
}

function wholeFile(shape: JsonShape, wanted: Wanted): unknown {
  const hooks = wanted.events.map((event) => [event, [element(shape, event, wanted)]]);
  return { ...shape.topLevel, hooks: Object.fromEntries(hooks) };
}

function print(shape: JsonShape, wanted: Wanted): string {
  return `${JSON.stringify(wholeFile(shape, wanted), null, 2)}\n`;
}

/** Adds entries for events that have none of ours. */
function add(shape: JsonShape, text: string, wanted: Wanted): string {
  const root = parseJson(text);
  if (root === null) return print(shape, wanted);
  const layout = layoutOf(text, root);
  const item = (key: string, value: unknown): Item => {
    return (style, indent) =>
      `${JSON.stringify(key)}:${style.isCompact ? "" : " "}${render(value, style, indent)}`;
  };
  const missing = Object.entries(shape.topLevel ?? {}).filter(
    ([key]) => property(root, key) === undefined,
  );
  const top = missing.map(([key, value]) => item(key, value));
  const hooks = property(root, "hooks");
  if (hooks === undefined) {
    const made = (wholeFile({ ...shape, topLevel: {} }, wanted) as { hooks: unknown }).hooks;
    return applyEdits(text, append(text, root, [...top, item("hooks", made)], layout));
  }
  const edits = top.length === 0 ? [] : append(text, root, top, layout);
  const events: Item[] = [];
  for (const event of wanted.events) {
    const value = element(shape, event, wanted);
    const list = property(hooks, event);
    if (list === undefined) events.push(item(event, [value]));
    else
      edits.push(...append(text, list, [(style, indent) => render(value, style, indent)], layout));
  }
  if (events.length > 0) edits.push(...append(text, hooks, events, layout));
  return applyEdits(text, edits);
}

function uninstall(shape: JsonShape, text: string, baseline: Baseline): string | null {
  const { bom, body } = splitBom(text);
  const tree = readTree(shape, body);
  if (tree.found.length === 0) return text;
  const gone = new Set(tree.found.map(({ handler }) => handler));
  const edits = stripEdits(shape, tree, { gone, mayGo: knowsMade(shape, baseline) });
  const wasThere = baseline === undefined ? shape.isOwnFile !== true : baseline.text !== null;
  return leftOf(text, bom, applyEdits(body, edits), { baseline, wasThere });
}

/** The editor of settings in this shape. */
export function jsonHooks(shape: JsonShape): Editor {
  return {
    find: (text) => readTree(shape, splitBom(text).body).found,
    install(text, wanted, baseline) {
      if (text === null) return print(shape, wanted);
      const { bom, body } = splitBom(text);
      // Before nothing a byte order mark serves nobody, and some agents reject it.
      if (body.trim() === "") return print(shape, wanted);
      const tree = readTree(shape, body);
      const kept = standing(shape, tree, wanted);
      const keptNodes = new Set(kept.values());
      const gone = new Set(
        tree.found.map(({ handler }) => handler).filter((handler) => !keptNodes.has(handler)),
      );
      const made = knowsMade(shape, baseline);
      const mayGo = (...path: string[]) =>
        path.length === 2 && !wanted.events.includes(path[1] ?? "") && made(...path);
      const stripped =
        gone.size === 0 ? body : applyEdits(body, stripEdits(shape, tree, { gone, mayGo }));
      const missing = wanted.events.filter((event) => !kept.has(event));
      if (missing.length === 0) return bom + stripped;
      return bom + add(shape, stripped, { ...wanted, events: missing });
    },
    uninstall: (text, baseline) => uninstall(shape, text, baseline),
    print: (wanted) => print(shape, wanted),
  };
}
