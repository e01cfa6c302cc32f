import { after, MIXED, type Rule, token } from "./rule.ts";

/** Keys that take lines or parts of their own: blocks, web tokens, members of JSON. */
export function keys() {
  return {
    "private-key": {
      hints: ["-----begin"],
      apply: redactPrivateKeys,
      sample: `«-----BEGIN PRIVATE ${"KEY"}-----\n{64}\n{20}==\n-----END PRIVATE ${"KEY"}-----»`,
      decoy: "-----BEGIN PUBLIC KEY-----\nMIIB{60}",
    },
    putty: after(
      "private-lines:",
      () =>
        /(Private-Lines: \d{1,5}(?:\s|\\[nr])*)((?:(?!Private-MAC)[A-Za-z\d+/=]+(?:(?:\s|\\[nr])+(?=[A-Za-z\d+/=]+(?:[\s\\]|$)))?)+)/g,
      "Private-Lines: 2\n«{64}\n{64}»\nPrivate-MAC: x",
      "Private-Lines: two",
    ),
    jwk: after(
      "kty",
      () => /(\\{0,7}"(?:d|p|q|dp|dq|qi|k)\\{0,7}"\s{0,4}:\s{0,4}\\{0,7}")([\w-]{16,})/g,
      '{"kty":"EC","x":"{43}","d":"«{43}»"}',
      '{"kty":"EC","x":"{43}","y":"{43}"}',
    ),
    "docker-auth": {
      hints: ['auth"', "auth\\"],
      apply: redactDockerAuth,
      sample: `{"auths":{"h":{"auth":"«bWU6${"aHVudGVyMg"}==»"}}}`,
      decoy: '{"auth":"cmVxdWlyZWQ="}',
    },
  } satisfies Record<string, Rule>;
}

/** JSON web tokens, and before them what may hold one. */
export function webTokens() {
  return {
    github: token(
      "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
      `${MIXED}(?:[\\w-]{0,300}(?:\\.[\\w-]{16,}){2})?`,
      "«ghp_{36}» «ghs_{8}_eyJ{20}.eyJ{40}.{43}»",
      "ghs_some_long_variable_name",
      "",
    ),
    jwt: {
      hints: ["eyj"],
      apply: redactJwts,
      sample: "eyJ{20}.eyJ{40}.{43}",
      decoy: "eyJ{20}.b.c",
    },
  } satisfies Record<string, Rule>;
}

/** A block without its END loses what looks like key lines; the mere mention of a BEGIN stays. */
function redactPrivateKeys(text: string, mark: string): string {
  const block =
    /-----BEGIN (?:[A-Z\d]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----([\s\S]*?)(?:(-{5,6}END[^-]{0,60}-{5})|(?=-{5})|$)/g;
  const lines =
    /^(?:(?:[\s"'`+,|>→-]|\\[nrt]|\d{1,6}[→\t:|]){1,24}(?:[A-Za-z\d+/]{16,}={0,2}|[\w-]{1,30}: [^\n\\]{0,200}))*(?:(?:\s|\\[nrt]){1,24}[A-Za-z\d+/=]+$)?/;
  return text.replace(block, (match: string, body: string, end: string | undefined) => {
    const rest = end === undefined ? body.replace(lines, "") : "";
    return end === undefined && rest === body ? match : mark + rest;
  });
}

/** Also one that is cut in its second segment. */
function redactJwts(text: string, mark: string): string {
  return text.replace(/eyJ[\w-]*(?:\.{1,2}[\w-]+){0,4}/g, (match: string) =>
    /^eyJ[\w-]{8,}\.(?:eyJ[\w-]{8,}|[\w-]*\.{1,2}[\w-]{8,})/.test(match) ? mark : match,
  );
}

/** `user:password` in base64. */
function redactDockerAuth(text: string, mark: string): string {
  return text.replace(
    /(\\{0,7}"auth\\{0,7}"\s{0,4}:\s{0,4}\\{0,7}")([A-Za-z\d+/]{4,8192}={0,2})(?=\\{0,7}")/g,
    (match: string, kept: string, value: string) => (isPair(value) ? kept + mark : match),
  );
}

function isPair(base64: string): boolean {
  try {
    return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(atob(base64));
  } catch {
    return false;
  }
}
