import { expect, test } from "bun:test";
import { redact } from "../../src/text/redact.ts";
import type { RuleName } from "../../src/text/secrets/rules.ts";
import { randomFrom } from "../support/random.ts";
import { body, hex } from "../support/sample-text.ts";

const header = `ey${"J"}hbGciOiJIUzI1NiJ9`;
const payload = `ey${"J"}zdWIiOiIxMjM0NTY3ODkwIn0`;
const begin = (kind = "") => `-----BEGIN ${kind}PRIVATE ${"KEY"}-----`;
const end = (kind = "") => `-----END ${kind}PRIVATE ${"KEY"}-----`;
const lines = `${body(64)}\n${body(64)}\n${body(20)}==\n`;

interface Samples {
  /** The secret is between « and ». */
  readonly hits: readonly string[];
  /** Hits only at the end of a text, which was cut there. */
  readonly cuts?: readonly string[];
  readonly misses: readonly string[];
}

const KEPT = `npm test|Edit src/a.ts|password = getPassword()|token: string|const token = await fetchToken()
if (password === other)|password=$PASSWORD|password=\${VAR}|password=<your-token>|token: "<your token>"|password=****
password=null|password: true|tokens=1234|max_tokens: 4096|token_count=12|token: 4096|--no-password x|secretary: Bob
sklearn|the password is wrong|reset your password: see the docs|PWD=/home/me|{"pwd": "/home/me"}|/etc/passwd: No such file
connect(user=user, password=password)|connect(password=opts.password)|url += "?token=" + token + "&x="|"token": token,
console.log("token:", token)|print("password: " + typed)|password := os.Getenv("X")|credentials: "include"|id-token: write
Use the --token flag|--token string   The token|[--token TOKEN]|password: str = None|let token = &self.token;|secret: arn:aws:x
password: "\${{ secrets.PASSWORD }}"|WHERE token = $1|{ token: opts.token, x: 1 }|private_key = "/etc/ssl/private/key.pem"
Unexpected token: punc|Unexpected token '<', "<!DOCTYPE"|eos_token: "</s>"|password: ""|"password": 12345|token_url=https://a/b
550e8400-e29b-41d4-a716-446655440000|da39a3ee5e6b4b0d3255bfef95601890afd80709|aGVsbG8gd29ybGQ=|01ARZ3NDEKTSV4RRFFQ69G5FAV
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855|me@example.com|https://registry.example.org/@babel/core
http://localhost:4873/@scope/pkg/-/pkg-1.0.0.tgz|/usr/local/bin/secret-tool|integrity sha512-abc/def==|-H "Authorization: Bearer <token>"|git@github.com:org/repo.git|http://h:80?x=a@b`;

const SAMPLES = {
  "private-key": {
    hits: [
      `a\n«${begin()}\n${lines}${end()}»\nb`,
      `«${begin("RSA ")}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\n${lines}${end("RSA ")}»`,
      `«-----BEGIN PGP PRIVATE KEY ${"BLOCK"}-----\n\n${lines}=aB3d\n-----END PGP PRIVATE KEY BLOCK-----»`,
      `{"key":"«${begin("EC ")}\\n${body(64)}\\n${end("EC ")}»\\n"}`,
      `«${begin("OPENSSH ")}\n${lines.trimEnd()}»\n`,
      `«${begin("ENCRYPTED ")}\n${body(64)}\n${body(7)}»`,
      `    1→«${begin()}\n    2→${body(64)}»\n    3→and so on`,
    ],
    misses: [`text.startsWith("${begin()}") || fail()`, "-----BEGIN PUBLIC KEY-----\nMIIB"],
  },
  jwt: {
    hits: [`x=«${header}.${payload}.${body(43)}»;`, `«${header}.${payload}»`],
    misses: [header, `${header}.b.c`, "eyJ.eyJ.eyJ"],
  },
  anthropic: {
    hits: [`key «sk-ant-api03-${body(80)}-AA».`, `\\n«sk-ant-${body(16)}»`],
    misses: [`sk-ant-${body(15)}`, "task-ant-colony-optimization"],
  },
  openai: {
    hits: [`«sk-${body(48)}»`, `(«sk-proj-${body(30)}-_${body(20)}»)`, `«sk-svcacct-${body(40)}»`],
    misses: ["sk-learn", "sk-fading-circle-extra-long-name", `task-${hex(20)}`],
  },
  "aws-access-key": {
    hits: [`«AK${"IA"}IOSFODNN7EXAMPLE»`, `«AS${"IA"}IOSFODNN7EXAMPLE»,`],
    misses: ["AKIAIOSFODNN7", "the ASIAN market"],
  },
  github: {
    hits: [`«ghp_${body(36)}» «gho_${body(36)}»`, `«github_pat_${body(22)}_${body(59)}»`],
    misses: [`ghp_${body(15)}`, "ghs_some_long_variable_name"],
  },
  gitlab: {
    hits: [`«glpat-${body(20)}»`, `«glrt-${body(27)}.01.${body(9)}» `, `«gldt-${body(20)}»`],
    misses: ["glpat-short", "glut-aaaaaaaaaaaaaaaaaaaaa"],
  },
  slack: {
    hits: [`«xox${"b"}-123456789012-${body(24)}»`, `«xapp-1-A012-${body(30)}»`],
    misses: ["xoxb-123", "xoxq-aaaaaaaaaaaaaaaaaaaaa"],
  },
  "slack-webhook": {
    hits: [`https://hooks.slack.com/services/«T0123/B0123/${body(24)}»`],
    misses: ["https://hooks.slack.com/services/", "https://api.slack.com/services/T0123/B0123"],
  },
  "discord-webhook": {
    hits: [`https://discord.com/api/webhooks/123456789/«${body(68)}»`],
    misses: [`https://example.com/webhooks/list/${body(20)}`],
  },
  google: {
    hits: [`«AI${"za"}${body(35)}»`, `«ya29.${body(60)}»`, `«GOCSPX-${body(28)}»`],
    misses: ["AIzaShort", "ya29.x", "GOCSPX-"],
  },
  npm: { hits: [`«npm_${body(36)}»`], misses: ["npm_config_registry", "npm_lifecycle_event"] },
  pypi: { hits: [`«pypi-AgEI${body(60)}»`], misses: ["pypi-AgEI", `pypi-${body(30)}`] },
  stripe: {
    hits: [`«sk_${"live"}_${body(24)}»`, `«rk_live_${body(24)}»`, `«whsec_${body(32)}=»`],
    misses: [`pk_live_${body(24)}`, "sk_test_some_long_function_name"],
  },
  sendgrid: {
    hits: [`«SG.${body(22)}.${body(43)}»`],
    cuts: [`«SG.${body(22)}»`],
    misses: [`SG.${body(20)}.${body(43)}`, `MSG.${body(22)}.${body(43)}`],
  },
  twilio: { hits: [`twilio: «SK${hex(32)}»`, `«SK${hex(32)}»`], misses: [`twilio: SK${hex(33)}`] },
  "hugging-face": {
    hits: [`«hf_${body(34)}» `],
    cuts: [`«hf_${body(20)}»`],
    misses: ["hf_AutoModelForCausalLM(x)", `shelf_${body(34)}`],
  },
  digitalocean: { hits: [`«dop_v1_${hex(64)}»`], misses: ["dop_v1_token", "api_v1_0123"] },
  docker: { hits: [`«dckr_pat_${body(27)}»`], misses: ["dckr_pat_x", "dckr_x"] },
  databricks: { hits: [`«dapi${hex(32)}»-2`], misses: ["dapi0123", "dapigetsomethinglongenough"] },
  linear: { hits: [`«lin_api_${body(40)}»`], misses: ["lin_api_key", "lin_api_some_long_names"] },
  notion: { hits: [`«ntn_${body(46)}»`], misses: ["ntn_x", "ntn_some_long_variable_name"] },
  telegram: { hits: [`bot«123456789:AA${body(33)}»`], misses: ["12:34:AA", "123456789:AA"] },
  "azure-storage-key": {
    hits: [`AccountName=a;AccountKey=«${body(86)}==»;EndpointSuffix=b`],
    misses: [`AccountName=${body(30)}`],
  },
  authorization: {
    hits: [
      "Authorization: Bearer «abc»",
      `curl -H 'Authorization: token «${body(20)}»' http://h`,
      '{"Authorization": "Basic «dXNlcjpwYXNz»"}',
      '{\\"authorization\\": \\"Bearer «a1b2»\\"}',
      `Authorization: «${body(20)}»`,
      'Authorization: «Digest username="u", response="0a"»',
      `sent bearer «${body(24)}» to it`,
    ],
    misses: ["Authorization: required", "Authorization: Bearer $TOKEN", "bearer of bad news"],
  },
  cookie: {
    hits: ["Cookie: «a=b; c=d»\nX: y", "curl -H 'Set-Cookie: «sid=abc; Path=/»' h"],
    misses: ["Cookie: a small biscuit", "cookie: string"],
  },
  "url-password": {
    hits: ["a+b://u:«p»@h:5432/db", "redis://:«p»@h", "https://u:«p%40s@s»@h/a@b"],
    misses: ["http://host:8080/a@b", "ssh://git@h:22/x", "://u:$P@h"],
  },
  assignment: {
    hits: [
      "DB_PASSWORD=«hunter» --token=«x» --password «x» y",
      'export FOO_TOKEN="«abc def»" x',
      "  password: «hunter2»\npassword: «hunter» # old",
      '{"password": "«hun\\"ter 2»", "a": "b"}',
      `{"pass":"«hunter22»"} {'pass': '«hunter22»'} {\\"pass\\":\\"«hunter22»\\"}`,
      '{\\"password\\": \\"«hun\\\\\\"ter2»\\", \\"a\\": 1}',
      "--db-password '«it'\\''s me»' db",
      "config['secret'] = '«x»' + {'password' => '«x»', 1: 2}",
      `aws_secret_access_key = «${body(39)}+»`,
      `"SecretAccessKey": "«/${body(39)}»"`,
      "//registry.example.org/:_authToken=«abcdef»",
      "?token=«abc»&x=1 Server=h;Password=«a,b»;Database=d",
      'const password: string = "«x»"\npassword=\'«never closed»\nx',
      '{"cmd":"DB_PASSWORD=«x1»\\nOTHER=1"}',
      `$${"{DB_PASSWORD:-«x1»}"}`,
      'SECRET_KEY_2=«x» API key: «abc123» "X-Api-Key: «abc123»" h',
    ],
    misses: KEPT.split(/[|\n]/),
  },
} satisfies Partial<Record<RuleName, Samples>>;

/** The rules that more is known of than their rows say. */
const RULE_NAMES = Object.keys(SAMPLES) as (keyof typeof SAMPLES)[];
const samplesOf = (name: keyof typeof SAMPLES): Samples => SAMPLES[name];

const input = (sample: string) => sample.replace(/[«»]/g, "");
const expected = (sample: string, name: RuleName) =>
  sample.replace(/«[^»]*»/g, `[redacted:${name}]`);

test.each(RULE_NAMES.map((name) => [name]))("%s", (name) => {
  const { hits, cuts = [], misses } = samplesOf(name);
  expect(hits.length * misses.length).toBeGreaterThan(0);
  for (const sample of [...hits, ...cuts]) {
    expect(redact(input(sample))).toBe(expected(sample, name));
    expect(redact(expected(sample, name))).toBe(expected(sample, name));
  }
  for (const miss of misses) expect(redact(miss)).toBe(miss);
});

test("NULs, lone surrogates and a byte order mark survive", () => {
  const odd = "\ufeff\0\ud800 ünï \udc00😀\r\n";
  expect(redact(odd)).toBe(odd);
  expect(redact(`${odd}DB_PASSWORD=\ud800x1\0 ${odd}`)).toBe(
    `${odd}DB_PASSWORD=[redacted:assignment] ${odd}`,
  );
});

test("all the secrets of a text go, each under its own rule", () => {
  expect(redact(`GH_TOKEN=ghp_${body(36)} DB=pg://u:p@h sk-${body(30)} PASSWORD="a b"`)).toBe(
    'GH_TOKEN=[redacted:github] DB=pg://u:[redacted:url-password]@h [redacted:openai] PASSWORD="[redacted:assignment]"',
  );
});

function seeded(seed: number): (below: number) => number {
  const random = randomFrom(seed);
  return (below) => Math.floor(random() * below);
}

const NOISE =
  "the quick fox.|const x = 1;|\n|\t|{|}|\\|\"|'|`|=|: |://|@|-|_|.|,|é😀|\ud800|\0|a1B2|password|token=|eyJ|--|# ".split(
    "|",
  );

/** Of these no boundary is asked, so that they go from the middle of a word, too. */
const ANYWHERE: readonly RuleName[] = ["github", "gitlab", "slack", "google", "npm", "docker"];

test("a secret inserted anywhere never stays, and a redacted text is a fixed point", () => {
  const random = seeded(20);
  const pick = <T>(list: readonly T[]) => list[random(list.length)] as T;
  const noise = () => Array.from({ length: random(12) }, () => pick(NOISE)).join("");
  const names = RULE_NAMES.filter((name) => name !== "assignment" && name !== "cookie");
  for (let round = 0; round < 4000; round++) {
    const name = pick(names);
    const sample = pick(samplesOf(name).hits);
    const glue = ANYWHERE.includes(name) ? "" : " ";
    const redacted = redact(noise() + glue + input(sample) + glue + noise());
    for (const [, secret = ""] of sample.matchAll(/«([^»]*)»/g)) {
      if (secret.length >= 16) expect(redacted).not.toContain(secret.slice(-16));
    }
    expect(redact(redacted)).toBe(redacted);
  }
});

test("a quoted password goes up to its closing quote, however deep it is escaped", () => {
  const random = seeded(3);
  const chars = [..."aB1 \"'\\`$!,;:={}()[]<>é|&\n"];
  for (let round = 0; round < 2000; round++) {
    const tail = Array.from({ length: 6 + random(12) }, () => chars[random(chars.length)]).join("");
    let text = JSON.stringify({ a: "b", password: `p1${tail}`, c: "d" });
    let wanted = JSON.stringify({ a: "b", password: "[redacted:assignment]", c: "d" });
    for (let depth = 0; depth < 3; depth++) {
      expect(redact(text)).toBe(wanted);
      [text, wanted] = [JSON.stringify(text), JSON.stringify(wanted)];
    }
  }
});
