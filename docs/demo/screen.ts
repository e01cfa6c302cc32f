/** How a cell looks. Colours are numbers of the 16 of a terminal, or null for the terminal's own. */
export interface Look {
  readonly colour: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly reverse: boolean;
}

/** Neighbouring cells that look the same. */
export interface Run {
  readonly column: number;
  readonly text: string;
  readonly look: Look;
}

const PLAIN: Look = {
  colour: null,
  background: null,
  bold: false,
  dim: false,
  underline: false,
  reverse: false,
};

/** What single SGR codes change. */
const CODES: Readonly<Record<number, Partial<Look>>> = {
  0: PLAIN,
  1: { bold: true },
  2: { dim: true },
  4: { underline: true },
  7: { reverse: true },
  22: { bold: false, dim: false },
  24: { underline: false },
  27: { reverse: false },
  39: { colour: null },
  49: { background: null },
};

function changed(look: Look, code: number): Look {
  const known = CODES[code];
  if (known !== undefined) return { ...look, ...known };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 82 };
  if (code >= 40 && code <= 47) return { ...look, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...look, background: code - 92 };
  throw new Error(`SGR ${code} isn't one that mm prints`);
}

const ESC = String.fromCharCode(27);
const SGR = new RegExp(`${ESC}\\[([\\d;]*)m`, "u");

/** The runs of a line as `tmux capture-pane -e` prints it. @throws Error for codes other than those that mm prints */
export function runsOf(line: string, startLook: Look = PLAIN): { runs: Run[]; look: Look } {
  const runs: Run[] = [];
  let look = startLook;
  let column = 0;
  for (const [index, part] of line.split(SGR).entries()) {
    if (index % 2 === 1) {
      const codes = part === "" ? [0] : part.split(";").map(Number);
      look = codes.reduce(changed, look);
    } else if (part !== "") {
      runs.push({ column, text: part, look });
      column += Bun.stringWidth(part);
    }
  }
  return { runs, look };
}
