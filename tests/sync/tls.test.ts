import { expect } from "bun:test";
import { makeAuthority, signCertificate } from "../support/postgres/certificates.ts";
import { Peer } from "../support/postgres/peer.ts";
import { startServer } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql", "openssl");

/** Reaches this machine, too, but isn't an address of it alone. */
const ELSEWHERE = "0.0.0.0";

async function init(peer: Peer, url: string, ...words: string[]) {
  const { code, out, err } = await peer.mm("sync", "init", url, "--project", "*", ...words);
  expect(err).not.toContain(peer.env["PGPASSWORD"] ?? "");
  return { code, text: out + err };
}

test("a server proves with its certificate that it is the right one", async () => {
  using peer = new Peer("laptop");
  const authority = makeAuthority(peer.folder, "authority");
  const stranger = makeAuthority(peer.folder, "stranger");
  const files = signCertificate(peer.folder, "authority", `IP:${ELSEWHERE},DNS:localhost`);
  await using server = await startServer({ settings: ["ssl=on"], files });
  const url = server.url("postgres", "mm", ELSEWHERE);
  const refused = async (...words: string[]) => {
    const { code, text } = await init(peer, ...(words as [string]));
    expect(code).toBe(1);
    return text;
  };
  const place = `${ELSEWHERE}:${server.port}`;
  const isntTrusted = `${place} has a certificate that isn't trusted`;
  expect(await refused(url)).toContain(isntTrusted);
  expect(await refused(url, "--ca", stranger)).toContain(isntTrusted);
  // What a project's environment says counts for nothing.
  peer.env = { ...peer.env, NODE_TLS_REJECT_UNAUTHORIZED: "0", PGSSLMODE: "disable" };
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  try {
    expect(await refused(url)).toContain(isntTrusted);
  } finally {
    delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  }
  expect((await init(peer, url, "--ca", authority)).code).toBe(0);
  const encrypted = await peer.run("session", "start").then(() => peer.push());
  expect(encrypted.pushed.sessions).toBe(1);
  // The same server under a name that its certificate doesn't have, and under one that it has.
  const other = server.url("postgres", "mm", "127.0.0.1");
  expect(await refused(other, "--ca", authority)).toContain("has a certificate for another name");
  const named = server.url("postgres", "mm", "localhost");
  expect((await init(peer, named, "--ca", authority)).code).toBe(0);
});

test("a server without TLS is taken only on this machine", async () => {
  using peer = new Peer("laptop");
  await using server = await startServer();
  const elsewhere = await init(peer, server.url("postgres", "mm", ELSEWHERE));
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.text).toContain("offers no TLS");
  expect((await init(peer, server.url("postgres"))).code).toBe(0);
  const socket = `postgres://mm@/postgres?host=${server.folder}`;
  expect((await init(peer, socket.replace("@/", `@localhost:${server.port}/`))).code).toBe(0);
});
