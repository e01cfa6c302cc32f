import { expect, test } from "bun:test";
import packageJson from "../../package.json" with { type: "json" };
import { HOMEPAGE, upgradeOf } from "../../src/upgrade/distribution.ts";

const PACKAGE = "@mm-sessions/mm";
const NATIVE = "@mm-sessions/mm-linux-x64/bin/mm";
const SH = "https://github.com/mm-sessions/mm/releases/latest/download/install.sh";
const PS1 = "https://github.com/mm-sessions/mm/releases/latest/download/install.ps1";
const SCRIPT = `curl -fsSL ${SH} | sh`;
const SCRIPT_PS = `irm ${PS1} | iex`;
const BREW = "brew upgrade mm-sessions/tap/mm";
const NPM = `npm install --global ${PACKAGE}@latest`;

test.each([
  ["/opt/homebrew/Cellar/mm/0.1.0/bin/mm", "homebrew", BREW, null],
  ["/usr/local/Cellar/mm/0.1.0_1/bin/mm", "homebrew", BREW, null],
  ["/home/linuxbrew/.linuxbrew/Cellar/mm/0.1.0/bin/mm", "homebrew", BREW, null],
  ["C:\\Users\\ada\\scoop\\apps\\mm\\current\\mm.exe", "scoop", "scoop update mm", null],
  ["D:\\Scoop\\apps\\mm\\0.1.0\\mm.exe", "scoop", "scoop update mm", null],
  [`/usr/lib/node_modules/${PACKAGE}/node_modules/${NATIVE}`, "npm", NPM, null],
  [`/home/ada/.nvm/versions/node/v22.1.0/lib/node_modules/${NATIVE}`, "npm", NPM, null],
  [`C:\\Users\\ada\\AppData\\Roaming\\npm\\node_modules\\${NATIVE}.exe`, "npm", NPM, null],
  [`C:\\Program Files\\nodejs\\node_modules\\${NATIVE}.exe`, "npm", NPM, null],
  [`/home/ada/.npm/_npx/0a1b/node_modules/${NATIVE}`, "npm", `npx ${PACKAGE}@latest`, null],
  [
    `/home/ada/.local/share/pnpm/global/5/.pnpm/x@0.1.0/node_modules/${NATIVE}`,
    "pnpm",
    `pnpm add --global ${PACKAGE}@latest`,
    null,
  ],
  [
    `/home/ada/.cache/pnpm/dlx-12/node_modules/${NATIVE}`,
    "pnpm",
    `pnpm dlx ${PACKAGE}@latest`,
    null,
  ],
  [
    `/home/ada/.bun/install/global/node_modules/${NATIVE}`,
    "bun",
    `bun add --global ${PACKAGE}@latest`,
    null,
  ],
  [`/tmp/bunx-0-x@latest/node_modules/${NATIVE}`, "bun", `bunx ${PACKAGE}@latest`, null],
  [
    `/home/ada/.config/yarn/global/node_modules/${NATIVE}`,
    "yarn",
    `yarn global add ${PACKAGE}@latest`,
    null,
  ],
  [`/work/my app/node_modules/${NATIVE}`, "npm", `npm install ${PACKAGE}@latest`, "/work/my app"],
  [
    `/app/node_modules/.pnpm/x@0.1.0/node_modules/${NATIVE}`,
    "pnpm",
    `pnpm add ${PACKAGE}@latest`,
    "/app",
  ],
  [
    `/app/node_modules/.bun/x@0.1.0/node_modules/${NATIVE}`,
    "bun",
    `bun add ${PACKAGE}@latest`,
    "/app",
  ],
  ["/home/ada/.local/bin/mm", "script", SCRIPT, null],
  ["C:\\Users\\ada\\AppData\\Local\\Programs\\mm\\mm.exe", "script", SCRIPT_PS, null],
  ["/usr/local/bin/mm", "manual", null, null],
  ["/home/ada/src/mm/dist/mm", "manual", null, null],
  ["/home/ada/.local/bin/mm-0.1.0", "manual", null, null],
  ["/home/ada/a\\b/node_modules\\x/mm", "manual", null, null],
  ["C:\\tools\\mm.exe", "manual", null, null],
  ["", "manual", null, null],
] as const)("%s", (executable, method, command, folder) => {
  expect(upgradeOf(executable, null, true)).toEqual({ method, command, folder });
  expect(upgradeOf(executable, null, false)).toEqual({ method, command: null, folder: null });
});

test.each([
  ["/opt/mm/bin", `curl -fsSL ${SH} | MM_INSTALL_DIR=/opt/mm/bin sh`],
  ["/opt/my tools", `curl -fsSL ${SH} | MM_INSTALL_DIR='/opt/my tools' sh`],
  ["/opt/it's", `curl -fsSL ${SH} | MM_INSTALL_DIR='/opt/it'\\''s' sh`],
  ["D:\\it's", `$env:MM_INSTALL_DIR='D:\\it''s'; irm ${PS1} | iex`],
])("in the folder %s the script is told so", (folder, command) => {
  const path = `${folder}/mm`;
  expect(upgradeOf(path, folder, true)).toEqual({ method: "script", command, folder: null });
});

test("a package manager knows its own folders better", () => {
  const path = "/opt/homebrew/Cellar/mm/0.1.0/bin/mm";
  expect(upgradeOf(path, "/opt/homebrew/bin").method).toBe("homebrew");
});

test("the page of the project is the one that package.json names", () => {
  expect(packageJson.homepage).toBe(HOMEPAGE);
});
