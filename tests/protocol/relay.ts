import type { Sandbox } from "../support/binary.ts";
import { BINARY } from "../support/binary.ts";

/** A server over HTTP for tests that know no other way: each request is answered by an `mm mcp` of its own. */
export function relay(box: Sandbox): { readonly url: string; stop(): void } {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      if (request.method !== "POST") return new Response(null, { status: 405 });
      const text = await request.text();
      if ((JSON.parse(text) as { id?: unknown }).id === undefined) {
        return new Response(null, { status: 202 });
      }
      const child = Bun.spawn([BINARY, "mcp"], {
        env: box.env(),
        cwd: box.folder,
        stdin: new Blob([`${text.replaceAll("\n", " ")}\n`]),
      });
      const headers = { "content-type": "application/json" };
      return new Response(await child.stdout.text(), { headers });
    },
  });
  return { url: `http://127.0.0.1:${server.port}/mcp`, stop: () => void server.stop(true) };
}
