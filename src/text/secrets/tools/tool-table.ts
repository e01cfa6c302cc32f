import type { Example } from "../rule.ts";

/** Where among a tool's words its secret stands. */
export type Position =
  /** The word after a flag, or attached to it. */
  | "word"
  /** The same for what is drawn by lot only, since the flag means something else to a namesake. */
  | "likely"
  /** Attached to the flag, and never after a space: `mysql -pS`. */
  | "attached"
  /** After the user's name and a colon, comma or percent sign: `curl -u me:S`. */
  | "pair"
  /** `name=value`. */
  | "cookie"
  /** `pass:S`. */
  | "source"
  /** The first of the next words that looks drawn by lot: `vault login S`. */
  | "argument"
  /** What is piped in. */
  | "stdin";

export interface Tool extends Example {
  /** Names, with a subcommand where only that takes a secret; separated by commas. */
  readonly names: string;
  /** Separated by spaces; none where no flag is needed. */
  readonly flags: string;
  readonly position: Position;
}

/** Which tool takes a secret where. A tool with several places has several rows. */
export function tools(): readonly Tool[] {
  return [...withFlags(), ...flagless()];
}

function withFlags(): readonly Tool[] {
  // biome-ignore format: a row a line
  return [
    row("curl", "-u --user -U --proxy-user", "pair", "curl -u me:«{16}» h", "curl -u $A:$B h"),
    row("curl", "-b --cookie", "cookie", "curl -b '«a={16}»' h", "curl -b cookies.txt h"),
    row("http,https,xh", "-a --auth", "pair", "http -a me:«{16}» h", "http -a me h"),
    row("etcdctl", "--user", "pair", "etcdctl --user me:«{16}» get a", "etcdctl --user me get a"),
    row("lftp", "-u --user", "pair", "lftp -u me,«{16}» h", "lftp -u me h"),
    row("smbclient,rpcclient", "-U", "pair", "smbclient -U me%«{16}»", "smbclient -U me"),
    row("wget", "--http-passwd --ftp-passwd", "word", "wget --ftp-passwd «{16}»", "wget -O a"),
    row("docker login,podman login,nerdctl login,buildah login,skopeo login,helm registry login", "-p", "word", "docker login -u me -p «{16}» h", "docker run -p 8080:80 x"),
    row("az login,az acr login", "-p", "word", "az login -u me -p «{16}»", "az webapp up -p plan1"),
    row("mysql,mysqldump,mysqladmin,mysqlimport,mysqlshow,mysqlcheck,mariadb,mariadb-dump,mycli", "-p", "attached", "mysql -u root -p«{16}» shop", "mysql -u root -p shop"),
    row("mongosh,mongo,mongodump,mongorestore,mongoexport,mongoimport", "-p", "word", "mongosh -u me -p «{16}»", "mongosh --port 27017"),
    row("redis-cli,valkey-cli", "-a --pass", "word", "redis-cli -a «{16}» ping", "redis-cli ping"),
    row("sqlcmd,bcp", "-P", "word", "sqlcmd -U sa -P «{16}»", "sqlcmd -S h,1433"),
    row("cqlsh,beeline,rabbitmqadmin", "-p", "word", "cqlsh -u me -p «{16}»", "cqlsh h 9042"),
    row("expo login,evil-winrm,psexec", "-p", "word", "expo login -p «{16}»", "expo login"),
    row("snowsql", "-p", "likely", "snowsql -u me -p «{16}»", "snowsql -p 443"),
    row("sshpass", "-p", "word", "sshpass -p '«{16}»' ssh h", "sshpass -e ssh h"),
    row("plink,pscp,psftp", "-pw", "word", "plink -pw «{16}» h", "plink -P 22 h"),
    row("twine upload", "-p", "word", "twine upload -p «{16}»", "twine upload dist/*"),
    row("useradd,usermod", "-p", "word", "useradd -p '«{16}»' me", "useradd -m me"),
    row("ldapsearch,ldapadd,ldapmodify", "-w", "word", "ldapadd -w «{16}»", "ldapadd -W"),
    row("ldapdelete,ldappasswd,ldapwhoami", "-w", "word", "ldapdelete -w «{16}»", "ldapdelete -W"),
    row("mosquitto_pub,mosquitto_sub", "-P", "word", "mosquitto_sub -P «{16}»", "mosquitto_sub -p 1"),
    row("ipmitool", "-P", "word", "ipmitool -U me -P «{16}» sdr", "ipmitool -H h sdr"),
    row("zip,unzip", "-P", "word", "unzip -P «{16}» a.zip", "unzip -p a.zip"),
    row("7z,7za,7zz", "-p", "attached", "7z a -p«{16}» a.7z", "7z a -p a.7z"),
    row("rar,unrar", "-p", "attached", "rar a -p«{16}» a.rar", "rar a -p a.rar"),
    row("openssl", "-pass -passin -passout", "source", "openssl rsa -passin pass:«{16}»", "openssl rsa -passin env:PASS"),
    row("openssl enc", "-k", "word", "openssl enc -k «{16}»", "openssl enc -in a"),
    row("keytool,jarsigner", "-storepass -keypass -srcstorepass -deststorepass", "word", "keytool -storepass «{16}»", "keytool -list"),
    row("ssh-keygen", "-N -P", "word", "ssh-keygen -N '«{16}»'", "ssh-keygen -N '' -t ed25519"),
    row("security add-generic-password,security add-internet-password", "-w", "word", "security add-generic-password -w «{16}»", "security list-keychains"),
    row("security unlock-keychain", "-p", "word", "security unlock-keychain -p «{16}»", "security -h"),
    row("gh secret set", "-b --body", "word", "gh secret set A -b «{16}»", "gh issue create -b text1"),
    row("glab variable set", "-v --value", "word", "glab variable set A -v «{16}»", "glab mr list"),
    row("aws ssm put-parameter", "--value", "word", "aws ssm put-parameter --name a --value «{16}»", "aws ssm get-parameter --name a"),
    row("az keyvault secret set", "--value", "word", "az keyvault secret set -n a --value «{16}»", "az keyvault secret show -n a"),
    row("eas secret:create", "--value", "word", "eas secret:create --value «{16}»", "eas build"),
    row("glab auth login,doctl auth init,vercel,codecov,influx", "-t", "likely", "doctl auth init -t «{16}»", "vercel ls"),
    row("netlify", "--auth", "word", "netlify deploy --auth «{16}»", "netlify deploy"),
    row("docker login,podman login,nerdctl login,buildah login,skopeo login,helm registry login", "--password-stdin", "stdin", "echo «{16}» | docker login --password-stdin", "cat a1 | docker login --password-stdin"),
    row("gh auth login", "--with-token", "stdin", "echo «{16}» | gh auth login --with-token", "gh auth login --with-token < a1"),
    row("glab auth login", "--stdin", "stdin", "echo «{16}» | glab auth login --stdin", "glab auth"),
    row("gpg", "--passphrase-fd", "stdin", "echo «{16}» | gpg --passphrase-fd 0", "gpg -k"),
    row("sudo", "-S", "stdin", "echo «{16}» | sudo -S ls", "echo a1 | sudo tee a"),
    row("passwd", "--stdin", "stdin", "echo «{16}» | passwd --stdin me", "passwd me"),
  ];
}

function flagless(): readonly Tool[] {
  // biome-ignore format: a row a line
  return [
    row("vault login,cargo login,snyk auth,wandb login,ngrok authtoken,ngrok config add-authtoken", "", "argument", "vault login «{16}»", "vault login -method=github"),
    row("fly auth token,flyctl auth token,bw login,bw unlock,grafana-cli admin reset-admin-password", "", "argument", "bw unlock «{16}»", "bw list items"),
    row("poetry config,composer config,dvc remote modify,config set requirepass", "", "argument", "poetry config http-basic.a me «{16}»", "poetry config virtualenvs.create true"),
    row("requirepass,masterauth", "", "argument", "masterauth «{16}»", "requirepass foobared"),
    row("rabbitmqctl change_password,mc alias set,net use", "", "argument", "rabbitmqctl change_password me «{16}»", "mc alias set a http://h"),
    row("htpasswd,wpa_passphrase,net user,rabbitmqctl add_user", "", "argument", "htpasswd -b f me «{16}»", "net user me"),
    row("kinit", "", "stdin", "echo «{16}» | kinit me", "kinit me"),
    row("chpasswd", "", "stdin", "echo «me:{16}» | chpasswd", "chpasswd < a1"),
    row("gh secret set,wrangler secret put,docker secret create,podman secret create", "", "stdin", "echo «{16}» | gh secret set A", "echo a1 | gh issue list"),
    row("vercel env add,gcloud secrets create,gcloud secrets versions add", "", "stdin", "printf '%s' «{16}» | gcloud secrets create a --data-file=-", "gcloud secrets list"),
  ];
}

function row(
  names: string,
  flags: string,
  position: Position,
  sample: string,
  decoy: string,
): Tool {
  return { names, flags, position, sample, decoy };
}

/** In lower case; without one of these, and a flag, a text calls no tool that takes a secret with a flag. */
export const TOOL_SIGNS =
  "curl|http|xh|etcdctl|influx|lftp|smbclient|rpcclient|-passwd|mysql|mariadb|mycli|mongo|redis-cli|valkey|sqlcmd|bcp|cqlsh|beeline|rabbitmq|evil-winrm|psexec|snowsql|sshpass|plink|pscp|psftp|twine|useradd|usermod|ldap|mosquitto|ipmitool|zip |rar |7z|-pass|openssl enc|keytool|jarsigner|ssh-keygen|add-generic|add-internet|keychain|glab|put-parameter|keyvault|doctl|vercel|codecov|netlify|--passphrase-fd";

/** The same of those that need no flag, or one that isn't among the flags below; each list with what all of it holds. */
export const FLAGLESS_SIGNS = [
  [
    "login",
    "docker login|podman login|nerdctl login|buildah login|skopeo login|registry login|az login|acr login|expo login|vault login|cargo login|bw login|auth login",
  ],
  ["secret", "gh secret|wrangler secret|docker secret|podman secret|gcloud secrets|secret:create"],
  [
    "",
    "passwd|wpa_pass|net use|add_user|change_password|kinit|snyk|wandb|ngrok|vercel env|storepass|sudo -|auth token|bw unlock|reset-admin|poetry config|composer config|remote modify|requirepass|masterauth|alias set",
  ],
] as const;
