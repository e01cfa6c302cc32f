import { type Editor, type Entry, SettingsFault } from "../../edit/editor.ts";
import type { Called } from "../../edit/hook-command.ts";
import { AGENTS } from "../agents.ts";
import plugin from "./plugin.js" with { type: "text" };

const MARK = plugin.slice(0, plugin.indexOf(":"));
const HOME = /^const MM_HOME = (null|"(?:[^"\\]|\\.)*");$/mu;
const PROGRAM = /^const MM = ("(?:[^"\\]|\\.)*");$/mu;

function programOf(text: string): string {
  const literal = PROGRAM.exec(text)?.[1];
  if (!text.startsWith(MARK) || literal === undefined) {
    throw new SettingsFault(`it is a plugin that mm did not write for ${AGENTS.opencode.name}`);
  }
  return JSON.parse(literal) as string;
}

/** The home that the file names; an older one names none. */
function homeOf(text: string): string | null {
  return JSON.parse(HOME.exec(text)?.[1] ?? "null") as string | null;
}

function write({ program, home }: Called): string {
  return plugin
    .replace(PROGRAM, () => `const MM = ${JSON.stringify(program)};`)
    .replace(HOME, () => `const MM_HOME = ${JSON.stringify(home)};`);
}

/** The editor of a plugin file that is ours as a whole. */
export const pluginFile: Editor = {
  find(text): readonly Entry[] {
    const called = { program: programOf(text), home: homeOf(text) };
    return [{ ...called, event: "plugin", place: "0", isWaitedFor: false }];
  },
  install(text, wanted) {
    if (text !== null) programOf(text);
    return write(wanted);
  },
  uninstall(text) {
    programOf(text);
    return null;
  },
  print: (wanted) => write(wanted),
};
