/** The folders that paths are shortened by. */
export interface Folders {
  /** The session's working tree. */
  readonly root: string | null;
  readonly home: string | undefined;
}

/** What may stand before a path in a text. */
const BEFORE = /[\s"'`=:,;(){}[\]<>|&]/u;

function replaced(text: string, folder: string, by: string): string {
  const lead = `${folder}/`;
  return text.replaceAll(lead, (found, at: number) => {
    const isStart = at === 0 || BEFORE.test(text.charAt(at - 1));
    return isStart ? by : found;
  });
}

/** A command that begins in a folder below the home, with `~`; a folder that needs quotes keeps its whole path. */
export function commandFromHome(command: string, home: string | undefined): string {
  return home === undefined ? command : command.replace(`cd ${home}/`, "cd ~/");
}

/** A text with paths relative to the working tree, others in the home folder with `~`. */
export function shortPaths(text: string, { root, home }: Folders): string {
  const hasRoot = root !== null && root.length > 1;
  const inTree = hasRoot ? replaced(text, root, "") : text;
  return home === undefined || home.length < 2 ? inTree : replaced(inTree, home, "~/");
}
/** The name of the files in which agents keep all that was typed, for longer than the transcripts. */
export const PROMPT_LOG = "history.jsonl";

/** Whether nothing but its prompts is left of a session. */
export function hasOnlyPrompts({ transcript }: { readonly transcript: string | null }): boolean {
  return transcript?.endsWith(`/${PROMPT_LOG}`) === true;
}
