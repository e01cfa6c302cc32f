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
      "sqlplus impdp expdp freerdp cmdkey",
      () =>
        /((?:sqlplus|impdp|expdp)\s+(?:-\S+\s+){0,4}["']?\w{1,64}\/|\s\/p(?:ass)?:)([^\s@"'\\]+)/g,
      "sqlplus -s scott/«{16}»@h; xfreerdp /u:me /p:«{16}» /v:h",
      "sqlplus /nolog; sqlplus scott/$P@h",
    ),
    powershell: after(
      "securestring set-item",
      () =>
        /(ConvertTo-SecureString\s+(?:-String\s+)?\\{0,7}["']|Set-Item\s+(?:-Path\s+)?Env:\w*(?:TOKEN|SECRET|PASS|KEY)\w*\s+(?:-Value\s+)?(?:\\{0,7}["'])?)([^\s"'\\]{3,200}?)(?=["'\\]|[);,]*(?:\s|$))/gi,
      'ConvertTo-SecureString "«{16}»" -AsPlainText; Set-Item Env:API_TOKEN «{16}»',
      'ConvertTo-SecureString "$p" -AsPlainText; Set-Item Env:API_TOKEN $t',
    ),
  } satisfies Record<string, Rule>;
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
