import { writePart } from "../parts.ts";
import type { Cast } from "./cast.ts";
import { Recorder } from "./recorder.ts";

/** A part of a document that shows commands with what they print. */
interface Screen {
  readonly file: string;
  readonly name: string;
  readonly lines: readonly string[];
  /** How many lines of it are shown; all if absent. */
  readonly most?: number;
}

const SIZE = { columns: 80, rows: 70 };

/** @param found the id of the session that `mm search flickers` finds, shortened */
function screens(found: string): readonly Screen[] {
  const show = `mm show ${found}`;
  return [
    { file: "README.md", name: "screens", lines: ["mm ps", show], most: 18 },
    { file: "docs/sessions.md", name: "screen-ps", lines: ["mm ps"] },
    { file: "docs/sessions.md", name: "screen-list", lines: ["mm list --since 7d"] },
    { file: "docs/sessions.md", name: "screen-show", lines: [show] },
    { file: "docs/sessions.md", name: "screen-stats", lines: ["mm stats --since 30d --by agent"] },
    { file: "docs/search.md", name: "screen-search", lines: ["mm search cart -empty"] },
  ];
}

/** What a terminal of 80 columns shows of these commands. */
async function shown(cast: Cast, { lines, most = SIZE.rows }: Screen): Promise<string> {
  using shell = new Recorder(cast.home, `${cast.home}/shop`, SIZE, cast.env);
  await shell.until(/\$/u);
  for (const line of lines) {
    await shell.run(line);
    await Bun.sleep(1500);
  }
  const text = shell
    .text()
    .replace(/\$\s*$/u, "")
    .replaceAll(cast.home, "/home/ada");
  const all = text.trimEnd().split("\n");
  return [...all.slice(0, most), ...(all.length > most ? ["..."] : []), ""].join("\n");
}

/** Writes what the commands print now into the documents. */
export async function writeScreens(cast: Cast): Promise<void> {
  const found = cast.mm("search", "flickers", "--json");
  const { sessions } = JSON.parse(found) as { sessions: { id: string }[] };
  for (const screen of screens(sessions[0]?.id.slice(0, 6) ?? "")) {
    writePart(screen, `\`\`\`console\n${await shown(cast, screen)}\`\`\`\n`);
  }
}
