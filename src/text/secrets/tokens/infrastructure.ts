import {
  after,
  BASE64,
  BODY,
  HEX,
  LETTERS_AND_DIGITS,
  MIXED,
  RANDOM,
  type Rule,
  shape,
  token,
} from "../rule.ts";

/** Tokens of clouds, registries, databases and vaults, by their documented prefixes. */
export function infrastructureTokens() {
  // biome-ignore format: a row a line
  return {
    "aws-access-key": token("AKIA ASIA ABIA ACCA A3T", "(?![ACGT]{16})[A-Z\\d]{16,}", "AKIA{16u}", "ACCATTACCATTACCATTACCATT the ASIAN market", ""),
    gitlab: token("glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct- GR1348941", `${BODY}(?:\\.[\\w-]+){0,4}`, "glpat-{20}", "glut-aaaaaaaaaaaaaaaaaaaaa", ""),
    "gitlab-session": after("_gitlab_session", () => /(_gitlab_session(?:=|%3D))([\w%-]{16,})/g, "_gitlab_session=«{32h}»", "_gitlab_session=$S"),
    npm: token("npm_", MIXED, "npm_{36}", "npm_config_registry", ""),
    pypi: token("pypi-AgE", BODY, "pypi-AgEIcHlwaS5vcmc{60}", "pypi-AgEI", ""),
    rubygems: token("rubygems_", HEX, "rubygems_{48h}", "rubygems_mirror"),
    clojars: token("CLOJARS_", LETTERS_AND_DIGITS, "CLOJARS_{60h}", "CLOJARS_USERNAME"),
    crates: token("cio", "(?=[A-Za-z]{0,12}\\d)[A-Za-z\\d]{32}(?!\\w)", "cio{32}", "cioran"),
    docker: token("dckr_pat_ dckr_oat_", BODY, "dckr_pat_{27}", "dckr_pat_x", ""),
    "docker-swarm": token("SWMTKN-1- SWMKEY-1-", "[\\w+/-]{16,}", "SWMTKN-1-{50}-{25}", "SWMTKN-1-x"),
    artifactory: token("AKCp cmVmd", "(?=[A-Za-z]{0,40}\\d)[A-Za-z\\d]{59,}", "AKCp8{68}", "AKCpackage"),
    digitalocean: token("dop_v1_ doo_v1_ dor_v1_", HEX, "dop_v1_{64h}", "dop_v1_token", ""),
    databricks: token("dapi dose dkea", "[\\da-f]{16,}", "dapi{32h}", "dapi0123", ""),
    vault: token("hvs. hvb. hvr.", BODY, "hvs.{90}", "hvs.example"),
    age: token("AGE-SECRET-KEY-1 AGE-PLUGIN-", "[A-Z\\d-]{16,}", "AGE-SECRET-KEY-1{58u}", "age-secret-key-1"),
    "1password": token("ops_eyJ", BASE64, "ops_eyJ{250}", "ops_eyJob"),
    "1password-key": token("A3-", "[A-Z\\d]{6}(?:-[A-Z\\d]{5,11}){4,5}(?![\\w-])", "A3-{6u}-{11u}-{5u}-{5u}-{5u}", "A3-PAPER-SIZES"),
    "azure-ad": shape("q~", () => /(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{16,}/g, "{3}8Q~{34}", "0Q~ is no secret"),
    "azure-storage-key": after("accountkey= accesskey=", () => /(AccountKey=|SharedAccessKey=)([\w+/]{16,}={0,2})/gi, "AccountKey=«{86}==»;EndpointSuffix=b", "AccountName={30}"),
    alibaba: token("LTAI", "(?=[A-Za-z]{0,16}\\d)[A-Za-z\\d]{12,}", "LTAI5t{18}", "LTAIR"),
    openshift: token("sha256~", BODY, "sha256~{43}", "sha256~1"),
    "mongodb-atlas": token("mdb_sa_sk_", BODY, "mdb_sa_sk_{40}", "mdb_sa_sk_x"),
    cockroach: token("CCDB1_", RANDOM, "CCDB1_{22}_{40}", "CCDB1_x"),
    astra: token("AstraCS:", LETTERS_AND_DIGITS, "AstraCS:{24}", "AstraCS:x"),
    aiven: token("AVNS_ aivenv1", RANDOM, "AVNS_{20}", "AVNS_some_long_name"),
    elastic: token("essu_", BASE64, "essu_{80}", "essu_x"),
    yandex: token("AQVN y0_", "[\\w-]{34,}", "AQVN{36}", "AQVN y0_x"),
    sourcegraph: token("sgp_ slk_", "(?:(?:[\\da-fA-F]{16}|local)_)?[\\da-fA-F]{40,}", "sgp_{16h}_{40h}", "sgp_model"),
    "private-key-base64": token("LS0tLS1CRUdJTi", "B(?:QUklWQVRF|SU0EgUFJJ|FQyBQUklW|PUEVOU1NI|FTkNSWVBU|EU0EgUFJJ)[A-Za-z\\d+/]{16,}={0,2}", "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt{80}", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t{80}"),
  } satisfies Record<string, Rule>;
}
