import { after, type Rule, whereAlso } from "./rule.ts";
import { isPlaceholder } from "./values.ts";

/** Secrets that stand where a language or a file has a position for them. */
export function positions() {
  return {
    sql: {
      hints: ["password", "identified"],
      apply: redactSql,
      sample:
        "ALTER USER a WITH PASSWORD '«{16}»'; CREATE USER b IDENTIFIED BY '«{16}»'; SET PASSWORD FOR c = '«{16}»'; ALTER LOGIN d WITH PASSWORD = N'«{16}»'",
      decoy: "ALTER USER a WITH PASSWORD '$1' a library identified by 'name'",
    },
    netrc: whereAlso(
      "login",
      after(
        "password",
        () =>
          /(\blogin(?:\s|\\[nrt]){1,8}[^\s\\"']{1,128}(?:\s|\\[nrt]){1,8}password(?:\s|\\[nrt]){1,8})([^\s\\"']+)/g,
        'echo "machine h login me password «{16}»" >> ~/.netrc',
        "machine h login me password $S",
      ),
    ),
    pgpass: after(
      "pgpass :5432:",
      () =>
        /((?<![\w.-])[\w.*-]{1,253}:(?:\d{2,5}|\*):[\w*-]{1,63}:[\w*-]{1,63}:)((?!\[redacted:)[^\s:"'\\]+)/g,
      "echo h:5432:shop:me:«{16}» >> ~/.pgpass",
      "h:5432:shop",
    ),
    login: after(
      "sqlplus impdp expdp oracle:thin freerdp cmdkey redis-cli .auth(",
      () =>
        /((?:sqlplus|impdp|expdp)\s+(?:-\S+\s+){0,4}(?:\\{0,7}["'])?\w{1,64}\/|oracle:thin:\w{1,64}\/|\s\/p(?:ass)?:(?:\\{0,7}["'])?|redis-cli\b[^\n|;]{0,80}?\sAUTH[ \t]+(?:\w{1,64}[ \t]+(?=\w))?|\.auth\(\s{0,4}\\{0,7}["'][^"'\\]{1,64}\\{0,7}["'],\s{0,4}\\{0,7}["'])([^\s@"'\\]+)/g,
      'sqlplus -s scott/«{16}»@h; xfreerdp /u:me /p:«{16}» /v:h; redis-cli AUTH «{16}»\ndb.auth("me", "«{16}»")',
      "sqlplus /nolog; sqlplus scott/$P@h; redis-cli AUTH $P; db.auth(me, pw)",
    ),
    powershell: after(
      "securestring networkcredential set-item",
      () =>
        /(ConvertTo-SecureString\s+(?:-\w+\s+){0,4}\\{0,7}["']|NetworkCredential\]?(?:::new)?\(\s*\\{0,7}["'][^"'\\]{0,64}\\{0,7}["'],\s{0,4}\\{0,7}["']|Set-Item\s+(?:-Path\s+)?Env:\w*(?:TOKEN|SECRET|PASS|KEY)\w*\s+(?:-Value\s+)?(?:\\{0,7}["'])?|["'](?=[^\s"'\\]{3,200}\\{0,7}["']\s+\|\s+ConvertTo-SecureString))([^\s"'\\]{3,200}?)(?=["'\\]|[);,]*(?:\s|$))/gi,
      'ConvertTo-SecureString -AsPlainText "«{16}»" -Force; "«{16}»" | ConvertTo-SecureString; Set-Item Env:API_TOKEN «{16}»',
      'ConvertTo-SecureString "$p" -AsPlainText; Set-Item Env:API_TOKEN $t',
    ),
    typed: whereAlso(
      "send type( fill( sword( Value(",
      after(
        "assword assphrase",
        typedPattern,
        'expect "assword:"; send "«{16}»\\r"; page.fill("#password", "«{16}»"); page.getByLabel("Password").fill("«{16}»")',
        'expect "assword:"; send "$p\\r"; page.fill("#password", secret); page.getByLabel("Password").fill(p)',
      ),
    ),
  } satisfies Record<string, Rule>;
}

/** What a script answers to a question for a password, or fills into a field of one. */
function typedPattern(): RegExp {
  const quote = String.raw`\\{0,7}["'\x60]`;
  const asked = "(?:password|passwd|passphrase|assword|assphrase)";
  const between = String.raw`(?:\\[nrt]|[^\w"'\x60]){0,40}`;
  const types = "(?:fill|type|fillField|send_?keys|press_?sequentially|set_?value|input_text)";
  const answer = String.raw`${asked}[^\w\n]{0,12}${quote}${between}(?:\w{1,24}\.)?send(?:line|_user)?(?:\s+--)?[\s(]{1,4}${quote}`;
  const field = String.raw`${types}\(\s{0,4}${quote}[^\n,]{0,60}${asked}[^\n,]{0,20}${quote},\s{0,4}${quote}`;
  const chained = String.raw`${asked}[^\n;]{0,30}\)\.${types}\(\s{0,4}${quote}`;
  const set = String.raw`(?:set|change|check|make|hash|reset)_?password\(\s{0,4}${quote}`;
  return new RegExp(`(${answer}|${field}|${chained}|${set})([^"'\\x60\\\\\\s]{3,200})`, "gi");
}

/** In lower case the words are of prose, too, where a quoted word may follow. */
function redactSql(text: string, mark: string): string {
  return text.replace(
    /(\b(password|identified(?:\s+with\s+[\w"'`]{1,64})?\s+(?:by|as)(?:\s+password)?)(?:\s{1,4}|\s{0,4}\(\s{0,4}|\s{0,4}=\s{0,4}N|\s{1,4}FOR\s{1,4}[^\s=]{1,64}\s{0,4}=\s{0,4})\\{0,7}['"])([^'"\s\\]{3,200})(?=\\{0,7}['"])/gi,
    (match: string, kept: string, words: string, value: string) => {
      const isProse = !/[A-Z]/.test(words) && /^[A-Za-z]+$/.test(value);
      return isProse || isPlaceholder(value) ? match : kept + mark;
    },
  );
}
