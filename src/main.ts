import { version } from "../package.json" with { type: "json" };

const first = process.argv[2];
const second = process.argv[3];

async function printedVersion(): Promise<boolean> {
  if (process.argv.length !== 3 || first !== "--version") return false;
  return await Bun.write(Bun.stdout, `mm ${version}\n`).then(Boolean, () => false);
}

// Everything else is imported lazily, so that `mm --version` costs no more than an empty program.
if (first === "hook" && process.argv.length > 4) await import("./hook.ts");
else if (first === "session" && second === "start") await import("./start.ts");
else if (first === "activity" && second === "log") await import("./log.ts");
else if (first === "__complete") await import("./completer.ts");
else if (!(await printedVersion())) await import("./program.ts");
