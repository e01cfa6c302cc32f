import { escapeControls } from "../text/text.ts";
import { type InstallMethod, RELEASES, type Upgrade } from "./distribution.ts";

const HOW: Readonly<Record<InstallMethod, string>> = {
  homebrew: "was installed by Homebrew",
  scoop: "was installed by Scoop",
  npm: "was installed by npm",
  pnpm: "was installed by pnpm",
  yarn: "was installed by Yarn",
  bun: "was installed by Bun",
  // Someone who copied it there by hand can use the script from now on.
  script: "is where the install script puts it",
  manual: "was installed by hand",
};

/** @param executable the path of this copy with all links resolved */
export function upgradeText(executable: string, { method, command, folder }: Upgrade): string {
  const where = folder === null ? "" : ` in ${escapeControls(folder)}`;
  return [
    `This mm ${HOW[method]}: ${escapeControls(executable)}`,
    ...(command === null
      ? ["For the latest version, replace that file by the one in", `  ${RELEASES}/latest`]
      : [`For the latest version, run${where}`, `  ${command}`]),
    "",
  ].join("\n");
}
