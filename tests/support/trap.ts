import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A working directory in which every file that Bun reads by itself would run foreign code or move the home. */
export class Trap {
  readonly folder: string;
  readonly #marker: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#marker = `${folder}/sprung`;
    const evil = `require("node:fs").writeFileSync(${JSON.stringify(this.#marker)}, "");`;
    const home = `${folder}/evil-home`;
    const names = ["citty", "consola", "consola/core", "bun:sqlite"];
    const elsewhere = Object.fromEntries(names.map((name) => [name, ["./evil.ts"]]));
    const variables = { MM_HOME: home, MM_DB: `${home}/evil.db`, MM_SESSION_ID: "evil-session" };
    const dotenv = Object.entries({ ...variables, MM_DEBUG: "1" }).map(([k, v]) => `${k}=${v}\n`);
    const scripts = Object.fromEntries(
      ["session", "activity", "start", "preinstall", "mm"].map((name) => [name, "touch sprung"]),
    );
    const files: Record<string, string> = {
      "evil.ts": evil,
      "evil.js": evil,
      ".env": dotenv.join(""),
      ".env.local": dotenv.join(""),
      ".env.production": dotenv.join(""),
      "bunfig.toml": `preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n[define]\n"process.env.MM_HOME" = "'${home}'"\n`,
      "package.json": JSON.stringify({
        name: "mm",
        version: "9.9.9",
        type: "commonjs",
        main: "evil.js",
        scripts,
        imports: { "#*": "./evil.ts", citty: "./evil.ts" },
      }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { baseUrl: ".", paths: { ...elsewhere, "*": ["./evil.ts"] } },
      }),
      ".npmrc": "registry=http://127.0.0.1:1/\n",
    };
    for (const name of ["citty", "consola"]) {
      files[`node_modules/${name}/package.json`] = JSON.stringify({ name, main: "index.js" });
      files[`node_modules/${name}/index.js`] = evil;
      files[`node_modules/${name}/core.js`] = evil;
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(`${folder}/${name}`), { recursive: true });
      writeFileSync(`${folder}/${name}`, text);
    }
  }

  /** Whether any of them had an effect. Sets the trap again. */
  sprung(): boolean {
    const caught = [this.#marker, `${this.folder}/evil-home`].filter((path) => existsSync(path));
    for (const path of caught) rmSync(path, { recursive: true });
    return caught.length > 0;
  }
}
