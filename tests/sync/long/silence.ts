import { expect, test } from "bun:test";
import type { Socket } from "node:net";
import { Sandbox } from "../../support/binary.ts";
import { listen } from "../../support/postgres/listener.ts";
import { PASSWORD } from "../../support/postgres/server.ts";

/** In which time a person hears that the server can't be used. */
const MOST_MS = 12_000;

const PEERS: Readonly<Record<string, readonly [answer: (socket: Socket) => void, told: string]>> = {
  "says nothing": [() => undefined, "doesn't answer"],
  "closes every connection": [(socket) => socket.destroy(), "closes every connection"],
  "speaks another language": [
    (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "closes every connection",
  ],
};

const CASES = Object.entries(PEERS).map(([name, [answer, told]]) => [name, answer, told] as const);

test.each(CASES)("a peer that %s is told of in time", async (_, answer, told) => {
  using peer = await listen(answer);
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  await box.mm(["activity", "log", "-c", "one"]);
  const url = `postgres://mm@127.0.0.1:${peer.port}/x`;
  await Bun.write(`${box.home}/mm.json`, JSON.stringify({ sync: { url, projects: ["*"] } }));
  const env = { PGPASSWORD: PASSWORD, MM_DEBUG: "1" };
  const start = performance.now();
  const { code, err } = await box.mm(["sync", "push"], { env });
  expect(performance.now() - start).toBeLessThan(MOST_MS);
  expect(code).toBe(1);
  expect(err).toContain(`127.0.0.1:${peer.port} ${told}`);
  expect(err).not.toContain(PASSWORD);
});
