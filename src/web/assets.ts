// Imported statically: Bun builds a page that is imported lazily, and then doesn't find it.
import page from "./page/index.html";
import type { Asset, Assets } from "./serve.ts";

/** The files of the page that are built into this program; there are none where it runs from its sources. */
export function pageAssets(): Assets {
  const files = (page as Bun.HTMLBundle).files ?? [];
  return new Map(
    files.map(({ path, input = "", headers }): [string, Asset] => {
      const asset = { body: Bun.file(path), type: headers["content-type"] };
      return [input === "index.html" ? "/" : `/${input}`, asset];
    }),
  );
}
