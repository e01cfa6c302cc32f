import { expect, test } from "bun:test";
import { gate, type RefusedStatus, type RequestFacts } from "../../src/web/gate.ts";

const OWN = { port: 23817, token: "secret", hosts: ["box.example", "other:8080"] };
const HOME = "http://127.0.0.1:23817";
const PAGE: RequestFacts = {
  method: "GET",
  url: `${HOME}/`,
  host: "127.0.0.1:23817",
  origin: null,
  fetchSite: null,
  authorization: null,
};
const API: RequestFacts = { ...PAGE, url: `${HOME}/api/ps`, authorization: "Bearer secret" };

test.each<[string, Partial<RequestFacts>]>([
  ["its own page", {}],
  ["under its other name", { host: "localhost:23817" }],
  ["under a name that was allowed", { host: "box.example" }],
  ["in capitals", { host: "LocalHost:23817", origin: "http://localhost:23817" }],
  ["under an allowed name in capitals", { host: "BOX.example" }],
  ["with the port", { host: "box.example:23817" }],
  ["with a port that was allowed", { host: "other:8080" }],
  ["from its own origin", { origin: HOME, fetchSite: "same-origin" }],
  ["behind a proxy that speaks TLS", { host: "box.example", origin: "https://box.example" }],
])("%s is answered", (_, facts) => {
  expect(gate({ ...API, ...facts }, OWN)).toBeNull();
});

test.each<[RefusedStatus, string, Partial<RequestFacts>]>([
  [421, "another name, whatever else", { host: "evil.example", method: "POST" }],
  [421, "another name that leads here", { host: "evil.example:23817" }],
  [421, "another port", { host: "127.0.0.1:23818" }],
  [421, "a name without the port", { host: "127.0.0.1" }],
  [421, "an allowed name with another port", { host: "box.example:1" }],
  [421, "no name", { host: null }],
  [405, "what could change something", { method: "POST" }],
  [405, "asking for leave", { method: "OPTIONS" }],
  [405, "only the head", { method: "HEAD" }],
  [414, "a long address", { url: `${HOME}/api/ps?${"x".repeat(2000)}` }],
  [403, "another site", { fetchSite: "cross-site" }],
  [403, "another port of this machine", { fetchSite: "same-site" }],
  [403, "an address that somebody typed", { fetchSite: "none" }],
  [403, "another origin", { origin: "http://evil.example" }],
  [403, "no origin in particular", { origin: "null" }],
  [401, "no token", { authorization: null }],
  [401, "another token", { authorization: "Bearer secreT" }],
  [401, "a longer token", { authorization: "Bearer secret2" }],
  [401, "the token alone", { authorization: "secret" }],
  [401, "the token in the address", { url: `${HOME}/api/ps?t=secret`, authorization: null }],
])("%i for %s", (status, _, facts) => {
  expect(gate({ ...API, ...facts }, OWN)).toBe(status);
});

test("the page's files have nothing in them, and need no token", () => {
  expect(gate(PAGE, OWN)).toBeNull();
  expect(gate({ ...PAGE, fetchSite: "cross-site" }, OWN)).toBeNull();
  expect(gate({ ...PAGE, host: "evil.example" }, OWN)).toBe(421);
  expect(gate({ ...PAGE, method: "POST" }, OWN)).toBe(405);
});
