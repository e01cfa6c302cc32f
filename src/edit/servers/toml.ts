import { isObject } from "../../text/text.ts";
import { SettingsFault } from "../editor.ts";
import { splitBom } from "../json-text.ts";
import { eolOf, parseToml, type Table, withBlocks, withoutBlocks } from "../toml-hooks.ts";
import {
  environmentFor,
  nameTaken,
  ownServer,
  SERVER_NAME,
  type ServerCall,
  type ServerEditor,
  wordsFor,
} from "./editor.ts";

/** Servers as tables `[KEY.NAME]`. */
interface TomlServers {
  readonly key: string;
  /** Variables of the environment that the agent is to hand on. */
  readonly handedOn: readonly string[];
}

function serversOf({ key }: TomlServers, table: Table): Table {
  const servers = table[key] ?? {};
  if (!isObject(servers)) throw new SettingsFault(`\`${key}\` is not a table`);
  return servers;
}

function find(shape: TomlServers, text: string) {
  return Object.entries(serversOf(shape, parseToml(text))).flatMap(([name, value]) => {
    const own = ownServer(name, value);
    // No name stands twice in TOML.
    return own === null ? [] : [{ ...own, counts: true }];
  });
}

/** The table of a server with those below it, each from its header to the end of its last line. */
function blocksOf({ key }: TomlServers, text: string, name: string) {
  const header = `(?:${name}|"${name}"|'${name}')`;
  const lines = new RegExp(
    `^[ \\t]*\\[[ \\t]*${key}[ \\t]*\\.[ \\t]*${header}[ \\t]*(?:\\.[^\\]\\n]*)?\\][^\\n]*(?:\\n|$)(?:[ \\t]*[\\w"'.-]+[ \\t]*=[^\\n]*(?:\\n|$))*`,
    "gmu",
  );
  return [...text.matchAll(lines)].map(({ index, 0: block }) => ({
    start: index,
    end: index + block.length,
  }));
}

function strip(shape: TomlServers, text: string): string {
  const before = parseToml(text);
  const names = find(shape, text).map(({ name }) => name);
  if (names.length === 0) return text;
  const blocks = names.flatMap((name) =>
    /^[\w-]+$/u.test(name) ? blocksOf(shape, text, name) : [],
  );
  const left = withoutBlocks(
    text,
    blocks.toSorted((a, b) => a.start - b.start),
  );
  const servers = Object.entries(serversOf(shape, before));
  const kept = servers.filter(([name]) => !names.includes(name));
  const { [shape.key]: _, ...rest } = before;
  const expected = kept.length === 0 ? rest : { ...rest, [shape.key]: Object.fromEntries(kept) };
  const found = parseToml(left);
  // An empty table may stay where it stood by itself.
  const { [shape.key]: servers_, ...found_ } = found;
  const isEmpty = kept.length === 0 && Bun.deepEquals(servers_ ?? {}, {});
  if (Bun.deepEquals(isEmpty ? found_ : found, expected)) return left;
  throw new SettingsFault("it has a server of mm in a form that mm can't remove");
}

function block({ key, handedOn }: TomlServers, wanted: ServerCall, eol: string): string {
  const [program, ...args] = wordsFor(wanted);
  const env = environmentFor(wanted);
  const texts = (all: readonly string[]) => `[${all.map((one) => JSON.stringify(one)).join(", ")}]`;
  const pairs = Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    `[${key}.${SERVER_NAME}]`,
    `command = ${JSON.stringify(program)}`,
    `args = ${texts(args)}`,
    `env = { ${pairs.join(", ")} }`,
    `env_vars = ${texts(handedOn.filter((name) => env[name] === undefined))}`,
    "",
  ].join(eol);
}

function add(shape: TomlServers, text: string, wanted: ServerCall): string {
  const before = parseToml(text);
  const taken = serversOf(shape, before)[SERVER_NAME];
  if (taken !== undefined) throw nameTaken(JSON.stringify(taken));
  const added = withBlocks(text, block(shape, wanted, eolOf(text)));
  const servers = serversOf(shape, parseToml(added));
  if (ownServer(SERVER_NAME, servers[SERVER_NAME]) !== null) return added;
  throw new SettingsFault(`\`${shape.key}\` is of a shape that can't be added to`);
}

/** The editor of TOML settings: it finds tables as text, and parses every result. */
export function tomlServers(shape: TomlServers): ServerEditor {
  return {
    find: (text) => find(shape, splitBom(text).body),
    install(text, wanted) {
      const { bom, body } = splitBom(text ?? "");
      const [first, ...more] = find(shape, body).map(({ name }) => blocksOf(shape, body, name));
      const [only] = first ?? [];
      const asWanted = block(shape, wanted, eolOf(body));
      const standing = only === undefined ? null : body.slice(only.start, only.end);
      if (more.length === 0 && standing === asWanted) return bom + body;
      return bom + add(shape, strip(shape, body), wanted);
    },
    uninstall(text, baseline) {
      const { bom, body } = splitBom(text);
      const left = strip(shape, body);
      return left.trim() === "" && baseline?.text === null ? null : bom + left;
    },
    print: (wanted) => block(shape, wanted, "\n"),
  };
}
