import { isWindowsPath } from "../files/paths.ts";
import { quoteForPowershell, wordForPosix } from "../text/shell-words.ts";

/** Where `mm` is published, and under which names. Packaging uses these too. */

/**
 * Whether a release exists and the project owns the names below. Until then anybody could claim them, so neither
 * the program nor a document may tell people to run something from there.
 */
export const PUBLISHED = false;
/** The project's page. The downloads of each release are below it. */
export const HOMEPAGE = "https://github.com/mm-sessions/mm";
export const RELEASES = `${HOMEPAGE}/releases`;
/** The formula with its Homebrew tap, which is the repository `homebrew-tap` of the same owner. */
const FORMULA = "mm-sessions/tap/mm";
/** Another project owns the name `mm` in the npm registry. */
export const NPM_SCOPE = "@mm-sessions";
const NPM_PACKAGE = `${NPM_SCOPE}/mm`;
const INSTALL_SH = `${RELEASES}/latest/download/install.sh`;
const INSTALL_PS1 = `${RELEASES}/latest/download/install.ps1`;

/** How a copy of `mm` was installed. */
export type InstallMethod =
  | "homebrew"
  | "scoop"
  | "npm"
  | "pnpm"
  | "yarn"
  | "bun"
  | "script"
  | "manual";

/** How to upgrade a copy of `mm` to the latest version. */
export interface Upgrade {
  readonly method: InstallMethod;
  /** The command to run, or null if none does it. */
  readonly command: string | null;
  /** The project folder to run it in; null for any folder. */
  readonly folder: string | null;
}

const LATEST = `${NPM_PACKAGE}@latest`;

/** The commands for a copy in a project's `node_modules`. */
const IN_PROJECT = { npm: "npm install", pnpm: "pnpm add", bun: "bun add" } as const;

/** The folders of package managers, for global installs and for copies that are run once. */
const KEPT: readonly (readonly [RegExp, InstallMethod, string])[] = [
  [/\/Cellar\//u, "homebrew", `brew upgrade ${FORMULA}`],
  [/\/scoop\/apps\//iu, "scoop", "scoop update mm"],
  [/\/_npx\/.*\/node_modules\//u, "npm", `npx ${LATEST}`],
  [/\/pnpm\/dlx[/-].*\/node_modules\//iu, "pnpm", `pnpm dlx ${LATEST}`],
  [/\/bunx-.*\/node_modules\//u, "bun", `bunx ${LATEST}`],
  [/\/pnpm\/global\//iu, "pnpm", `pnpm add --global ${LATEST}`],
  [/\/\.bun\/install\/global\//u, "bun", `bun add --global ${LATEST}`],
  [/\/yarn\/(Data\/)?global\//iu, "yarn", `yarn global add ${LATEST}`],
  [/\/(lib|npm|nodejs)\/node_modules\//iu, "npm", `npm install --global ${LATEST}`],
];

/** The default folders of the install scripts. */
const SCRIPTED: readonly (readonly [RegExp, string])[] = [
  [/^\/.*\/\.local\/bin\/mm$/u, `curl -fsSL ${INSTALL_SH} | sh`],
  [/\/AppData\/Local\/(Programs\/)?mm\/(bin\/)?mm\.exe$/iu, `irm ${INSTALL_PS1} | iex`],
];

function inProject(path: string): Upgrade | null {
  const at = path.indexOf("/node_modules/");
  if (at < 0) return null;
  const store = /\/node_modules\/\.(pnpm|bun)\//u.exec(path)?.[1];
  const method = store === "pnpm" || store === "bun" ? store : "npm";
  return { method, command: `${IN_PROJECT[method]} ${LATEST}`, folder: path.slice(0, at) };
}

function byScript(folder: string): string {
  return isWindowsPath(folder)
    ? `$env:MM_INSTALL_DIR=${quoteForPowershell(folder)}; irm ${INSTALL_PS1} | iex`
    : `curl -fsSL ${INSTALL_SH} | MM_INSTALL_DIR=${wordForPosix(folder)} sh`;
}

/**
 * How to upgrade the copy of `mm` at this path.
 * @param executable its absolute path with all links resolved
 * @param installDir the folder that the install script was given for it, or null
 * @param published whether there are releases; without them there is no command
 */
export function upgradeOf(
  executable: string,
  installDir: string | null,
  published = PUBLISHED,
): Upgrade {
  const known = publishedUpgrade(executable, installDir);
  return published ? known : { method: known.method, command: null, folder: null };
}

function publishedUpgrade(executable: string, installDir: string | null): Upgrade {
  const path = isWindowsPath(executable) ? executable.replaceAll("\\", "/") : executable;
  const kept = KEPT.find(([pattern]) => pattern.test(path));
  if (kept !== undefined) return { method: kept[1], command: kept[2], folder: null };
  const local = inProject(path);
  if (local !== null) return local;
  if (installDir !== null) return { method: "script", command: byScript(installDir), folder: null };
  const scripted = SCRIPTED.find(([pattern]) => pattern.test(path));
  if (scripted !== undefined) return { method: "script", command: scripted[1], folder: null };
  return { method: "manual", command: null, folder: null };
}
