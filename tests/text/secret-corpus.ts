import { randomFrom } from "../support/random.ts";

/**
 * Secrets as their providers document them. In braces: how many characters, and of which kind. What has no
 * prefix is there, too: no bare one of these can be told from a hash or an id.
 */
const FORMS = `
sk-ant-api03-{93t}AA|sk-{48w}|sk-proj-{74t}|sk-or-v1-{64h}|AIza{35t}|AQ.Ab8RN6{44t}|gsk_{52w}|xai-{80w}|pplx-{48w}|r8_{37w}
tgp_v1_{43t}|csk-{48l}|nvapi-{64t}|lsv2_pt_{32h}_{10h}|wandb_v1_{77w}|pcsk_{6w}_{63w}|ABSK{110b}|hf_{34a}|api_org_{34a}
vcp_{56w}|sbp_{40h}|sb_secret_{31t}|sntrys_{90b}|sntryu_{64h}|glsa_{32w}_{8h}|nfp_{36w}|fo1_{43t}|rnd_{28w}|napi_{64l}
pscale_pw_{43t}|pscale_tkn_{43t}|HRKU-AA{58t}|cfut_{48w}|v1.0-{24h}-{146h}|CCIPAT_{22w}_{40h}|bkua_{40h}|dp.pt.{43w}|dp.st.dev.{43w}
pul-{40h}|tskey-auth-{12w}-{32w}|NRAK-{27u}|{36h}NRAL|ddpat_{40w}|snyk_uat.{8h}.{40w}|squ_{40h}|hvs.{95t}|hvb.{140t}
{14w}.atlasv1.{67t}|AGE-SECRET-KEY-1{58u}|{3w}8Q~{34t}|AKIA{16u}|ABIA{16u}|AKCp8{68w}|dckr_pat_{27t}|dop_v1_{64h}|dapi{32h}
ATATT3{186t}|figd_{40t}|PMAK-{24h}-{34h}|shpat_{32h}|sq0atp-{22t}|EAAA{60t}|SK{32h}|MTk{22w}.{6w}.{38t}|key-{32h}|{32h}-us21
xkeysib-{64h}-{16w}|xoxb-{12d}-{12d}-{24w}|xoxc-{12d}-{12d}-{12d}-{64h}|xapp-1-A{10u}-{13d}-{64h}|glpat-{20t}|glrt-{27t}|GR1348941{20t}
ghp_{36w}|github_pat_{22w}_{59w}|ghs_{36w}|npm_{36w}|pypi-AgEIcHlwaS5vcmc{150t}|rk_prod_{24w}|sk_live_{24w}|whsec_{32b}|SG.{22t}.{43t}
{10d}:AA{33t}|2/{16d}/{16d}:{32h}|lin_api_{40w}|ntn_{46w}|ya29.{120t}|GOCSPX-{28t}|ops_eyJ{200b}|mlsn.{64h}|pat-na1-{8h}-{4h}-{4h}-{4h}-{12h}
{32h}|{40h}|{64h}|{32h}|{40h}|{40b}|{86b}==|{24w}|{32w}|{40w}|{43t}|{64w}|{8h}-{4h}-{4h}-{4h}-{12h}|{8h}-{4h}-{4h}-{4h}-{12h}
{16p}|{20p}|{24p}|{16w}|{20w}|{12p}|{22t}|{84w}|{44b}|00{40t}`
  .trim()
  .split(/[|\n]/);

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const LETTERS = LOWER + LOWER.toUpperCase();

const ALPHABETS: Readonly<Record<string, string>> = {
  a: LETTERS,
  b: `${LETTERS}${DIGITS}+/`,
  d: DIGITS,
  h: `${DIGITS}abcdef`,
  l: LOWER + DIGITS,
  p: `${LETTERS}${DIGITS}!#$%&()*+,-./:;<=>?@[]^_{}~`,
  t: `${LETTERS}${DIGITS}-_`,
  u: `${LOWER.toUpperCase()}234567`,
  w: LETTERS + DIGITS,
};

/** As many secrets as wanted, always the same ones. */
export function secrets(count: number): string[] {
  const random = randomFrom(500);
  const pick = (alphabet: string) => alphabet.charAt(Math.floor(random() * alphabet.length));
  return Array.from({ length: count }, (_, index) =>
    (FORMS[index % FORMS.length] ?? "").replace(
      /\{(\d+)(\w)\}/g,
      (_, length: string, kind: string) =>
        Array.from({ length: Number(length) }, () => pick(ALPHABETS[kind] ?? "")).join(""),
    ),
  );
}

const shell = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
const quoted = (text: string) => JSON.stringify(text);
const yaml = (text: string) => (/^[\w.+/=-]+$/.test(text) ? text : quoted(text));
const xml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Where an agent's commands and files have them. */
export const CONTEXTS: Readonly<Record<string, (secret: string) => string>> = {
  "a word of a command": (s) => `node deploy.js ${shell(s)} --dry-run`,
  "a word of a sentence": (s) => `please use ${s} for the deployment`,
  "X_API_KEY=S": (s) => `X_API_KEY=${shell(s)} npm test`,
  'X_TOKEN="S" command': (s) => `X_TOKEN=${quoted(s)} npm test`,
  "X_KEY=S": (s) => `X_KEY=${shell(s)} npm test`,
  "x_key: S": (s) => `server:\n  x_key: ${yaml(s)}\n`,
  "a line of .env": (s) => `A=1\nDB_PASSWORD=${s}\nB=2\n`,
  "set -x NAME S": (s) => `set -x API_TOKEN ${shell(s)}; npm test`,
  "--api-key S": (s) => `deploy --api-key ${shell(s)} --region x`,
  JSON: (s) => JSON.stringify({ token: s, a: 1 }),
  "JSON in JSON": (s) => JSON.stringify({ body: JSON.stringify({ secret: s }) }),
  "a pair of YAML": (s) => `env:\n  - name: DB_PASSWORD\n    value: ${yaml(s)}\n`,
  "an element": (s) => `<server><password>${xml(s)}</password></server>`,
  "a call": (s) => `os.Setenv("X_TOKEN", ${quoted(s)})`,
  "Authorization: Bearer S": (s) => `curl -H ${shell(`Authorization: Bearer ${s}`)} https://h`,
  "curl -u me:S": (s) => `curl -u ${shell(`me:${s}`)} https://h`,
  "?key=S": (s) => `curl "https://h/json?key=${encodeURIComponent(s)}&b=1"`,
  "https://user:S@h": (s) => `git clone https://user:${encodeURIComponent(s)}@h/a.git`,
  "mysql -pS": (s) => `mysql -u root -p${shell(s)} shop`,
};

/** Whether a text still has a part of a secret from which it could be told. */
export function leaks(text: string, secret: string): boolean {
  const forms = [secret, quoted(secret).slice(1, -1), encodeURIComponent(secret), xml(secret)];
  return forms.some((form) => {
    for (let at = 0; at + 10 <= form.length; at++) {
      if (text.includes(form.slice(at, at + 10))) return true;
    }
    return false;
  });
}
