import { getNodeValue, type Node } from "jsonc-parser";
import { type Baseline, faultAt } from "../editor.ts";
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
} from "../json-text.ts";
import { hasKeys, leftOf } from "../merge.ts";
import {
  nameTaken,
  ownServer,
  SERVER_NAME,
  type ServerCall,
  type ServerEditor,
  type ServerEntry,
} from "./editor.ts";

/** How an agent's JSON settings hold servers: `{KEY: {NAME: entry}}`. */
interface JsonServers {
  readonly key: string;
  /** A key whose values are objects that may hold servers, too: Claude Code's projects. */
  readonly within?: string;
  entry(call: ServerCall): Readonly<Record<string, unknown>>;
}

interface Found extends ServerEntry {
  /** The property, with its name. */
  readonly node: Node;
  readonly value: Node;
  readonly container: Node;
  /** Whether it stands at the top, where this editor puts one. */
  readonly isTop: boolean;
}

function objectOf(text: string): Node | null {
  const root = parseJson(text);
  if (root !== null && root.type !== "object")
    throw faultAt(text, root.offset, "it is not an object");
  return root;
}

/** The objects that hold servers: those at the top first. Of several of a name the agent reads the last. */
function containers({ key, within }: JsonServers, text: string, root: Node) {
  const listed = (node: Node, isTop: boolean) =>
    properties(node)
      .filter((each) => each.key === key)
      .map(({ value }) => ({ value, isTop, isRead: value === property(node, key) }));
  const inner = within === undefined ? undefined : property(root, within);
  const projects = inner?.type === "object" ? properties(inner) : [];
  const all = [
    ...listed(root, true),
    ...projects.flatMap(({ value }) => (value.type === "object" ? listed(value, false) : [])),
  ];
  const wrong = all.find(({ value, isTop }) => isTop && value.type !== "object");
  if (wrong !== undefined) throw faultAt(text, wrong.value.offset, `\`${key}\` is not an object`);
  return all.filter(({ value }) => value.type === "object");
}

function find(shape: JsonServers, text: string): Found[] {
  const root = objectOf(text);
  if (root === null) return [];
  return containers(shape, text, root).flatMap(({ value: container, isTop, isRead }) =>
    properties(container).flatMap(({ key, node, value }) => {
      const own = ownServer(key, getNodeValue(value));
      const counts = isRead && value === property(container, key);
      return own === null ? [] : [{ ...own, counts, node, value, container, isTop }];
    }),
  );
}

function whole(shape: JsonServers, wanted: ServerCall): unknown {
  return { [shape.key]: { [SERVER_NAME]: shape.entry(wanted) } };
}

function print(shape: JsonServers, wanted: ServerCall): string {
  return `${JSON.stringify(whole(shape, wanted), null, 2)}\n`;
}

function item(key: string, value: unknown): Item {
  return (style, indent) =>
    `${JSON.stringify(key)}:${style.isCompact ? "" : " "}${render(value, style, indent)}`;
}

/** @throws UserError `name_taken` */
function refuseForeign(shape: JsonServers, root: Node): void {
  const container = property(root, shape.key);
  const taken = container === undefined ? undefined : property(container, SERVER_NAME);
  if (taken === undefined || ownServer(SERVER_NAME, getNodeValue(taken)) !== null) return;
  throw nameTaken(JSON.stringify(getNodeValue(taken)));
}

function add(shape: JsonServers, text: string, wanted: ServerCall): string {
  const root = objectOf(text);
  if (root === null) return print(shape, wanted);
  const layout = layoutOf(text, root);
  const container = property(root, shape.key);
  const entry = shape.entry(wanted);
  const edits =
    container === undefined
      ? append(text, root, [item(shape.key, { [SERVER_NAME]: entry })], layout)
      : append(text, container, [item(SERVER_NAME, entry)], layout);
  return applyEdits(text, edits);
}

/** Edits that remove entries, and the list at the top where only they stood in one that we made. */
function strip(shape: JsonServers, text: string, gone: readonly Found[], isMade: boolean): Edit[] {
  const root = objectOf(text);
  if (root === null) return [];
  const edits: Edit[] = [];
  const lists = new Set<Node>();
  for (const [container, found] of Map.groupBy(gone, (each) => each.container.offset)) {
    const [first] = found;
    if (first === undefined) continue;
    const isEmptied = found.length === first.container.children?.length;
    const list = properties(root).find(({ value }) => value.offset === container);
    if (isEmptied && isMade && list !== undefined && list.key === shape.key) lists.add(list.node);
    else {
      const nodes = new Set(found.map(({ node }) => node.offset));
      const children = (first.container.children ?? []).filter(({ offset }) => nodes.has(offset));
      edits.push(...remove(text, first.container, new Set(children)));
    }
  }
  const inRoot = (root.children ?? []).filter(({ offset }) =>
    [...lists].some((node) => node.offset === offset),
  );
  return [...edits, ...remove(text, root, new Set(inRoot))];
}

/** @throws UserError `name_taken` */
function install(shape: JsonServers, body: string, wanted: ServerCall): string {
  const root = objectOf(body);
  if (root !== null) refuseForeign(shape, root);
  const found = find(shape, body).filter(({ isTop }) => isTop);
  const entry = shape.entry(wanted);
  const named = found.find(({ name, counts }) => name === SERVER_NAME && counts);
  const others = found.filter((each) => each !== named);
  const isStanding = named !== undefined && Bun.deepEquals(getNodeValue(named.value), entry);
  const replaced = named === undefined || isStanding ? [] : [replacement(body, named.value, entry)];
  const edited = applyEdits(body, [...strip(shape, body, others, false), ...replaced]);
  return named === undefined ? add(shape, edited, wanted) : edited;
}

/** An entry in the place of another. */
function replacement(text: string, { offset, length }: Node, entry: unknown): Edit {
  const layout = layoutOf(text, objectOf(text));
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const indent = /^[ \t]*/u.exec(text.slice(start, offset))?.[0] ?? "";
  return { offset, length, text: render(entry, layout, indent) };
}

function uninstall(shape: JsonServers, text: string, baseline: Baseline): string | null {
  const { bom, body } = splitBom(text);
  const found = find(shape, body);
  if (found.length === 0) return text;
  const isMade =
    baseline !== undefined && (baseline.text === null || !hasKeys(baseline.text, [shape.key]));
  const left = applyEdits(body, strip(shape, body, found, isMade));
  const wasThere = baseline === undefined || baseline.text !== null;
  return leftOf(text, bom, left, { baseline, wasThere });
}

/** The editor of settings in this shape. */
export function jsonServers(shape: JsonServers): ServerEditor {
  return {
    find: (text) => find(shape, splitBom(text).body),
    install(text, wanted) {
      const { bom, body } = splitBom(text ?? "");
      if (body.trim() === "") return print(shape, wanted);
      return bom + install(shape, body, wanted);
    },
    uninstall: (text, baseline) => uninstall(shape, text, baseline),
    print: (wanted) => print(shape, wanted),
  };
}
