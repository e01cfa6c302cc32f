import { type Editor, type Entry, SettingsFault } from "../../edit/editor.ts";
import { AGENTS } from "../agents.ts";
import plugin from "./plugin.js" with { type: "text" };

const MARK = plugin.slice(0, plugin.indexOf(":"));
const PROGRAM = /^const MM = ("(?:[^"\\]|\\.)*");$/mu;

function programOf(text: string): string {
  const literal = PROGRAM.exec(text)?.[1];
  if (!text.startsWith(MARK) || literal === undefined) {
    throw new SettingsFault(`it is a plugin that mm did not write for ${AGENTS.opencode.name}`);
  }
  return JSON.parse(literal) as string;
}

function write(program: string): string {
  return plugin.replace(PROGRAM, () => `const MM = ${JSON.stringify(program)};`);
}

/** The editor of a plugin file that is ours as a whole. */
export const pluginFile: Editor = {
  find(text): readonly Entry[] {
    return [{ event: "plugin", program: programOf(text), place: "0" }];
  },
  install(text, { program }) {
    if (text !== null) programOf(text);
    return write(program);
  },
  uninstall(text) {
    programOf(text);
    return null;
  },
  print: ({ program }) => write(program),
};
