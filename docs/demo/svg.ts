import { type Look, type Run, runsOf } from "./screen.ts";

/** What the terminal showed, and for how long. */
export interface Frame {
  /** Lines with colours. */
  readonly lines: readonly string[];
  /** Where the cursor is, or null if it is hidden. */
  readonly cursor: { readonly column: number; readonly row: number } | null;
  readonly ms: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;
const BAR = 30;

const BACKGROUND = "#161b22";
const TEXT = "#e6edf3";
const COLOURS = [
  "#484f58",
  "#ff7b72",
  "#3fb950",
  "#d29922",
  "#58a6ff",
  "#bc8cff",
  "#39c5cf",
  "#b1bac4",
  "#6e7681",
  "#ffa198",
  "#56d364",
  "#e3b341",
  "#79c0ff",
  "#d2a8ff",
  "#56d4dd",
  "#ffffff",
];

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function colourOf(colour: number | null, otherwise: string): string {
  return colour === null ? otherwise : (COLOURS[colour] ?? otherwise);
}

function paint(look: Look): { front: string; back: string | null } {
  const front = colourOf(look.colour, TEXT);
  const back = look.background === null ? null : colourOf(look.background, BACKGROUND);
  return look.reverse ? { front: back ?? BACKGROUND, back: front } : { front, back };
}

function box(column: number, cells: number, fill: string): string {
  const x = number(column * CELL.width);
  return `<rect x="${x}" width="${number(cells * CELL.width)}" height="${CELL.height}" fill="${fill}"/>`;
}

function words({ column, text, look }: Run): string {
  const { front } = paint(look);
  const style = [
    front === TEXT ? "" : ` fill="${front}"`,
    look.bold ? ' font-weight="bold"' : "",
    look.dim ? ' opacity=".6"' : "",
    look.underline ? ' text-decoration="underline"' : "",
  ].join("");
  // The length keeps columns aligned in whatever font there is.
  const length = number(Bun.stringWidth(text) * CELL.width);
  return `<text x="${number(column * CELL.width)}" y="13.5" textLength="${length}"${style}>${escaped(text)}</text>`;
}

/** A line as SVG, with its top at 0. */
function lineSvg(line: string): string {
  const { runs } = runsOf(line);
  const backs = runs.flatMap((run) => {
    const { back } = paint(run.look);
    return back === null ? [] : [box(run.column, Bun.stringWidth(run.text), back)];
  });
  // Spaces at the sides of a run would only make the file larger.
  const visible = runs.flatMap((run) => {
    const text = run.text.trimEnd();
    const start = text.length - text.trimStart().length;
    return text.trim() === ""
      ? []
      : [words({ ...run, column: run.column + start, text: text.slice(start) })];
  });
  return [...backs, ...visible].join("");
}

/** When each frame begins, in parts of the whole. */
function steps(frames: readonly Frame[], width: number): string {
  const total = frames.reduce((sum, { ms }) => sum + ms, 0);
  let at = 0;
  const rules = frames.map(({ ms }, index) => {
    const rule = `${number((at / total) * 10000) === "0" ? "0" : ((at / total) * 100).toFixed(2)}%{transform:translateX(${-index * width}px)}`;
    at += ms;
    return rule;
  });
  const last = `100%{transform:translateX(${-(frames.length - 1) * width}px)}`;
  return `@keyframes play{${rules.join("")}${last}}.film{animation:play ${(total / 1000).toFixed(1)}s step-end infinite}`;
}

/**
 * One moving picture of all frames. It needs no script and stands still, at the frame `still`, for people who prefer
 * that.
 */
export function movingPicture(
  frames: readonly Frame[],
  size: Size,
  title: string,
  still: number,
): string {
  const width = Math.ceil(size.columns * CELL.width + 2 * MARGIN);
  const height = Math.ceil(size.rows * CELL.height + MARGIN + BAR);
  const ids = new Map<string, string>();
  for (const line of frames.flatMap(({ lines }) => lines)) {
    if (line.trim() !== "" && !ids.has(line)) ids.set(line, `l${ids.size}`);
  }
  const defs = [...ids].map(([line, id]) => `<g id="${id}">${lineSvg(line)}</g>`).join("");
  const shown = frames.map(({ lines, cursor }, index) => {
    const uses = lines.flatMap((line, row) => {
      const id = ids.get(line);
      return id === undefined ? [] : [`<use href="#${id}" y="${row * CELL.height}"/>`];
    });
    const block =
      cursor === null
        ? ""
        : `<use href="#c" x="${number(cursor.column * CELL.width)}" y="${cursor.row * CELL.height}"/>`;
    return `<g transform="translate(${index * width})">${block}${uses.join("")}</g>`;
  });
  const dots = ["#ff5f57", "#febc2e", "#28c840"]
    .map((fill, index) => `<circle cx="${20 + index * 20}" cy="17" r="6" fill="${fill}"/>`)
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}${steps(frames, width)}@media(prefers-reduced-motion:reduce){.film{animation:none;transform:translateX(${-still * width}px)}}</style>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}" stroke="#30363d"/>${dots}
<defs fill="${TEXT}"><rect id="c" width="${CELL.width}" height="${CELL.height}" fill="#8b949e"/>${defs}</defs>
<svg x="${MARGIN}" y="${BAR + 2}" width="${width - 2 * MARGIN}" height="${height - BAR - 2}" fill="${TEXT}"><g class="film">${shown.join("\n")}</g></svg>
</svg>
`;
}
