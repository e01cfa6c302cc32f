import { escapeControls } from "../text/text.ts";
import { type InstallMethod, RELEASES, type Upgrade } from "./distribution.ts";

const HOW: Readonly<Record<InstallMethod, string>> = {
  homebrew: "was installed by Homebrew",
  scoop: "was installed by Scoop",
  npm: "was installed by npm",
  pnpm: "was installed by pnpm",
  yarn: "was installed by Yarn",
  bun: "was installed by Bun",
  // Who puts it there by hand may go on with the script.
  script: "is where the install script puts it",
  manual: "was installed by hand",
};

/** @param executable where this copy lies when all links are followed */
export function upgradeText(executable: string, { method, command, folder }: Upgrade): string {
  const place = folder === null ? "" : ` in ${escapeControls(folder)}`;
  return [
    `This mm ${HOW[method]}: ${escapeControls(executable)}`,
    ...(command === null
      ? ["For the latest version, replace that file by the one in", `  ${RELEASES}/latest`]
      : [`For the latest version, run${place}`, `  ${command}`]),
    "",
  ].join("\n");
}
