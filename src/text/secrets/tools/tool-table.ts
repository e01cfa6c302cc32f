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
  /** The last of the words after it, or after a name with a flag: `vault login S`, `htpasswd -b f me S`. */
  | "argument"
  /** `name=value`, whatever the name; without a flag all words that are so. */
  | "member"
  /** What is fed to it. */
  | "stdin";

/**
 * A line for a tool, or for several: names, with a subcommand where only that takes a secret, separated by commas; and
 * the flags that a secret goes with, where it goes with one. Texts, since few calls need more than the signs below.
 */
const TOOLS: Readonly<Record<Position, string>> = {
  word: `
wget | --http-passwd --ftp-passwd
docker login,podman login,nerdctl login,buildah login,skopeo login,helm registry login,oc login | -p
az login,az acr login,az sql,az ad,az postgres,az mysql,az mariadb,az vm user,az synapse | -p
mongosh,mongo,mongodump,mongorestore,mongoexport,mongoimport | -p
redis-cli,valkey-cli | -a --pass
redis-server,valkey-server | --requirepass --masterauth
sqlcmd,bcp,isql,tsql | -P
cqlsh,beeline,rabbitmqadmin,cypher-shell,influx setup,elasticsearch-users useradd | -p
expo login,evil-winrm,psexec,crackmapexec,cme,nxc,netexec,hydra,smbmap,rdesktop,racadm | -p
supabase db,supabase link,airflow users create,kopia repository,veracrypt,ncftpput,ncftpget | -p
sshpass | -p
plink,pscp,psftp | -pw
twine upload,poetry publish,uv publish,dotnet nuget add source | -p
dotnet nuget push | -k
useradd,usermod | -p
ldapsearch,ldapadd,ldapmodify,ldapdelete,ldapwhoami,kadmin | -w
ldappasswd | -w -s -a
slappasswd | -s
mosquitto_pub,mosquitto_sub | -P
ipmitool | -P
zip,unzip | -P
openssl enc | -k
openssl dgst,openssl mac | -hmac
keytool,jarsigner | -storepass -keypass -srcstorepass -deststorepass
ssh-keygen | -N -P
security add-generic-password,security add-internet-password | -w
security unlock-keychain,security create-keychain | -p
security import | -P
security set-key-partition-list | -k
snmpwalk,snmpget,snmpgetnext,snmpset,snmpbulkwalk,snmpbulkget,snmptable,snmpstatus,snmptrap,snmpinform | -c -A -X
swaks | -ap
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
curl | -u --user -U --proxy-user --cert
http,https,xh | -a --auth
etcdctl | --user
lftp | -u --user
smbclient,rpcclient | -U --user`,
  cookie: `
curl | -b --cookie`,
  source: `
openssl | -pass -passin -passout
apksigner | --ks-pass --key-pass`,
  member: `
kubectl create secret,oc create secret | --from-literal
vault kv put,vault kv patch,op item create,op item edit
fly secrets set,flyctl secrets set,supabase secrets set,doppler secrets set,infisical secrets set`,
  argument: `
vault login,cargo login,snyk auth,wandb login,ngrok authtoken,ngrok config add-authtoken
vault operator unseal,vault unseal,rclone obscure,ansible-vault encrypt_string
fly auth token,flyctl auth token,bw login,bw unlock,grafana-cli admin reset-admin-password,grafana cli admin reset-admin-password
poetry config,composer config,dvc remote modify,config set requirepass
requirepass,masterauth
rabbitmqctl change_password,mc alias set,mc admin user add,net use
wpa_passphrase,net user,rabbitmqctl add_user
openssl passwd,drush user:password
neo4j-admin set-initial-password,neo4j-admin dbms set-initial-password
vercel secrets add,dotnet user-secrets set
dscl | -passwd
pulumi config set | --secret
htpasswd,mosquitto_passwd | -b`,
  stdin: `
docker login,podman login,nerdctl login,buildah login,skopeo login,helm registry login | --password-stdin
gh auth login | --with-token
glab auth login | --stdin
gpg | --passphrase-fd
sudo | -S
su | -c --command
openconnect | --passwd-on-stdin
veracrypt | --stdin
hdiutil | -stdinpass
htpasswd | -i
vncpasswd | -f
sshpass | -f
passwd,smbpasswd,chpasswd,kinit,ipa passwd,pveum passwd,ecryptfs-add-passphrase,git-crypt unlock
cryptsetup,gocryptfs,zfs load-key,restic,borg init,borg create,keepassxc-cli,systemd-creds encrypt
vault login,vault kv put,vault kv patch,bw unlock,op signin,pass insert,gopass insert,secret-tool store
ansible-vault encrypt_string,kubeseal,elasticsearch-keystore add,kibana-keystore add,hcloud context create
gh secret set,wrangler secret put,wrangler pages secret put,docker secret create,podman secret create
vercel env add,gcloud secrets create,gcloud secrets versions add,fly secrets import,flyctl secrets import
firebase functions:secrets:set`,
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

/** Without one of these on its line, a flag is none with which a tool takes a secret. */
export const FLAG_SIGNS =
  "curl|http|xh|etcdctl|influx|lftp|smb|rpcclient|-passwd|mysql|mariadb|mycli|mongo|redis-cli|valkey|sql|bcp|cqlsh|beeline|rabbitmq|evil-winrm|psexec|sshpass|plink|pscp|psftp|twine|useradd|usermod|ldap|mosquitto|ipmitool|zip |rar |7z|-pass|keytool|jarsigner|apksigner|ssh-keygen|security |login|secret|glab|put-parameter|keyvault|doctl|vercel|codecov|netlify|az |supabase|nxc|cme |netexec|crackmap|hydra|rdesktop|veracrypt|cypher|racadm|publish|users create|elastic|kopia|nuget|ncftp|kadmin|swaks";

/** The same of what is fed to a tool. */
export const FED_SIGNS =
  "login|passwd|sshpass|--passphrase|-stdinpass|crypt|pass insert|keepass|sudo |su |kinit|vault |secret-|secret set|secret put|secret create|secrets |secrets:set|env add|restic|borg |load-key|-creds|kubeseal|keystore|bw unlock|openconnect|hcloud|op signin";

/** What tells by itself that a tool may be called that takes a secret; each list with what all of it holds. */
export const TOOL_WORDS = [
  [
    "pass",
    "passwd|wpa_pass|change_password|requirepass|reset-admin-pass|initial-pass|user:pass|storepass",
  ],
  ["auth", "snyk auth|ngrok authtoken|add-authtoken|auth token|masterauth"],
  ["login", "vault login|cargo login|bw login"],
  ["secret", "secrets set|secrets add|user-secrets|config set --secret"],
  ["vault", "kv put|kv patch| unseal|encrypt_string"],
  ["user", "add_user|user add"],
  ["config", "poetry config|composer config"],
  ["nmp", "snmp"],
  ["", "openssl|net use|wandb|bw unlock|remote modify|alias set|op item|rclone obs"],
] as const;
