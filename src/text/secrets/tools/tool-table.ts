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

/**
 * A line for a tool, or for several: names, with a subcommand where only that takes a secret, separated by commas; and
 * the flags that a secret goes with, where it goes with one. Texts, since few calls need more than the signs below.
 */
const TOOLS: Readonly<Record<Position, string>> = {
  word: `
wget | --http-passwd --ftp-passwd
docker login,podman login,nerdctl login,buildah login,skopeo login,helm registry login | -p
az login,az acr login | -p
mongosh,mongo,mongodump,mongorestore,mongoexport,mongoimport | -p
redis-cli,valkey-cli | -a --pass
sqlcmd,bcp | -P
cqlsh,beeline,rabbitmqadmin | -p
expo login,evil-winrm,psexec | -p
sshpass | -p
plink,pscp,psftp | -pw
twine upload | -p
useradd,usermod | -p
ldapsearch,ldapadd,ldapmodify | -w
ldapdelete,ldappasswd,ldapwhoami | -w
mosquitto_pub,mosquitto_sub | -P
ipmitool | -P
zip,unzip | -P
openssl enc | -k
keytool,jarsigner | -storepass -keypass -srcstorepass -deststorepass
ssh-keygen | -N -P
security add-generic-password,security add-internet-password | -w
security unlock-keychain | -p
gh secret set | -b --body
glab variable set | -v --value
aws ssm put-parameter | --value
az keyvault secret set | --value
eas secret:create | --value
netlify | --auth`,
  likely: `
snowsql | -p
glab auth login,doctl auth init,vercel,codecov,influx | -t`,
  attached: `
mysql,mysqldump,mysqladmin,mysqlimport,mysqlshow,mysqlcheck,mariadb,mariadb-dump,mycli | -p
7z,7za,7zz | -p
rar,unrar | -p`,
  pair: `
curl | -u --user -U --proxy-user
http,https,xh | -a --auth
etcdctl | --user
lftp | -u --user
smbclient,rpcclient | -U`,
  cookie: `
curl | -b --cookie`,
  source: `
openssl | -pass -passin -passout`,
  argument: `
vault login,cargo login,snyk auth,wandb login,ngrok authtoken,ngrok config add-authtoken
fly auth token,flyctl auth token,bw login,bw unlock,grafana-cli admin reset-admin-password
poetry config,composer config,dvc remote modify,config set requirepass
requirepass,masterauth
rabbitmqctl change_password,mc alias set,net use
htpasswd,wpa_passphrase,net user,rabbitmqctl add_user`,
  stdin: `
docker login,podman login,nerdctl login,buildah login,skopeo login,helm registry login | --password-stdin
gh auth login | --with-token
glab auth login | --stdin
gpg | --passphrase-fd
sudo | -S
passwd | --stdin
kinit
chpasswd
gh secret set,wrangler secret put,docker secret create,podman secret create
vercel env add,gcloud secrets create,gcloud secrets versions add`,
};

/** A line of the table: names that are separated by commas, flags by spaces. */
export type Tool = readonly [names: string, flags: string, position: Position];

/** Which tool takes a secret where. A tool with several places has several rows. */
export function tools(): readonly Tool[] {
  const rows: Tool[] = [];
  for (const position of Object.keys(TOOLS) as Position[]) {
    for (const line of TOOLS[position].trim().split("\n")) {
      const [names = "", flags = ""] = line.split(" | ");
      rows.push([names, flags, position]);
    }
  }
  return rows;
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
    "passwd|wpa_pass|net use|add_user|change_password|kinit|snyk|wandb|ngrok|vercel env|storepass|sudo |auth token|bw unlock|reset-admin|poetry config|composer config|remote modify|requirepass|masterauth|alias set",
  ],
] as const;
