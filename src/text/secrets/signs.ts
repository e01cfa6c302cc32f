import { hasUserinfo } from "./addresses.ts";
import { NAMES } from "./assignment/names.ts";
import { holdsAny } from "./rule.ts";
import { hasDotsApart } from "./tokens/dots.ts";
import { callsTool } from "./tools/lines.ts";
import { TOOL_WORDS } from "./tools/tool-table.ts";

/**
 * Lists of words, each with what a text has that holds any of them: to look for that first spares the list.
 */
type Lists = readonly (readonly [needs: string, words: string, ...unknown[]])[];

/**
 * What every text holds that one of a group of rules is for: parts of their hints, in lower case, and of their
 * prefixes, as they stand. Written out, since a hook call that stores no secret shouldn't pay for making the
 * rules; a test says what is missing. The engine compares the first and the last letter at first, so that `cooki` costs
 * less to look for than `cookie`.
 */
export interface Signs {
  readonly words: Lists;
  readonly prefixes: Lists;
  /** What tells it where no word does. */
  readonly occursIn?: (text: string) => boolean;
}

export const KEY_SIGNS: Signs = {
  words: [["", '-----begin|private-lines|kty|auth"|auth\\|eyj']],
  prefixes: [["_", "gho_|ghp_|ghr_|ghs_|ghu_|github_pat_"]],
};

export const TOKEN_SIGNS: Signs = {
  words: [
    [
      "",
      "nral|.atlasv1.|q~|:aa|mailgun|_gitlab_session|1/11|1/12|2/11|2/12|accountkey=|accesskey=",
    ],
  ],
  prefixes: [
    [
      "_",
      "_v1_|api_org_|AVNS_|bka|bkc|bkp|bku|CCDB1_|CCIPAT_|CCIPRJ_|cfat_|cfk_|cfut_|CLOJARS_|" +
        "dckr_|dda|ddo_|ddp|dds|ddw_|depot_|duffel_|e2b_|essu_|figd_|figo_|figu_|fm1|fm2_|fo1_|" +
        "fw_|glc_|glsa_|hcai|hcx|hf_|jina_|lin_|lsv2_|napi_|nfb_|nfc_|nfo_|nfp_|nfu_|npm_|ntn_|" +
        "os_v2_|phs_|phx_|pina_|pk_|pnb_|pnu_|polar_|pscale_|r8_|rdme_|rk_|rnd_|rootly_|rpa_|" +
        "rubygems_|sbp_|sgp_|shippo_|shp|sk_|slk_|sntry|snyk_|sqa_|sqp_|squ_|tfp_|tr_dev_|" +
        "tr_pat_|tr_prod_|unkey_|pdl_|sb_secret_|access_token$|ucat_|vca_|vci_|vck_|vcp_|vcr_|vtwn_|whsec_|y0_|zpka_",
    ],
    [
      "-",
      "-us1|-us2|-us3|-us4|-us5|-us6|-us7|-us8|-us9|A3-|access-development-|" +
        "access-production-|access-sandbox-|AGE-|API-|CFPAT-|fc-|fio-u-|FLWSECK|glagent-|glcbt-|" +
        "gldt-|glf|glimt-|gloas-|glp|glr|glsoat-|GOCSPX-|HRKU-|ico-|key-|llx-|NRAK-|NRII-|NRJS-|" +
        "NRRA-|NRSP-|nvapi-|p8e-|pat-|PMA|pplx-|pul-|pypi-AgE|sk-|sq0|SWM|tk-us-|tvly-|v1.0-|" +
        "xaat-|xai-|xapp-|xapt-|xkeysib-|xox|xsmtpsib-",
    ],
    [".", "AQ.|dp.|dt0|hvb.|hvr.|hvs.|mlsn.|pat.|sat.|SG.|sl.A|sl.B|sl.C|sl.u.|ya29."],
    [
      "",
      "A3T|ABIA|ACCA|aivenv1|AIza|AKCp|AKIA|AQVN|ASIA|AstraCS:|ATBB|ATTA|cio|cmVmd|dapi|dkea|" +
        "dose|EAA|eyJ|EZAK|EZTK|GR1348941|LS0tLS1CRUdJTi|LTAI|sha256~|SK|TT3",
    ],
  ],
};

export const DOT_SIGNS: Signs = {
  words: [],
  prefixes: [],
  occursIn: hasDotsApart,
};

export const ADDRESS_SIGNS: Signs = {
  words: [
    ["", "hooks.slack|/webhooks/"],
    [
      "://",
      "webhook.office|hooks.zapier|make.com/|ifttt.com|open.feishu|open.larksuite|qyapi.weixin|hc-ping|" +
        "infura.io|alchemy|quiknode|ankr.com|sentry",
    ],
    ["=", "key=|auth=|code=|sig=|signature=|credential="],
  ],
  prefixes: [],
  occursIn: hasUserinfo,
};

export const POSITION_SIGNS: Signs = {
  words: [
    ["", "authorization|bearer|cooki|assword|assphrase|identified|pgpass|:5432:"],
    [
      "",
      "sqlplus|impdp|xpdp|oracle:thin|freerdp|cmdkey|redis-cli|.auth(|securestring|networkcred|set-item",
    ],
  ],
  prefixes: [],
};

export const TOOL_CALL_SIGNS: Signs = {
  words: TOOL_WORDS,
  prefixes: [],
  occursIn: callsTool,
};

export const NAME_SIGNS: Signs = {
  words: NAMES,
  prefixes: [],
};

/** A text as it is searched for one sign after the other. */
interface SeenText {
  readonly text: string;
  readonly lower: string;
  readonly runs: string;
}

export function asSeen(text: string): SeenText {
  return { text, lower: text.toLowerCase(), runs: longRuns(text) };
}

function hasSign({ text, lower, runs }: SeenText, { words, prefixes, occursIn }: Signs): boolean {
  for (const [needs, list] of words) {
    if (lower.includes(needs) && holdsAny(lower, list)) return true;
  }
  if (runs !== "") {
    for (const [needs, list] of prefixes) {
      if (runs.includes(needs) && holdsAny(runs, list)) return true;
    }
  }
  return occursIn?.(text) ?? false;
}

/** The groups of rules of which a text has a sign, a bit each. */
export function groupsOneByOne(text: string, groups: readonly { signs: Signs }[]): number {
  const seen = asSeen(text);
  let bits = 0;
  for (let nth = 0; nth < groups.length; nth++) {
    if (hasSign(seen, (groups[nth] as { signs: Signs }).signs)) bits |= 1 << nth;
  }
  return bits;
}

/** No token is shorter. */
export const LEAST_RUN = 16;

/** Whether a character may be part of a token: a letter, a digit, or one of `$%+-./:_~`. */
export function isOfToken(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a || code === 0x7e;
  if (code >= 0x41) return code <= 0x5a || code === 0x5f;
  return (code >= 0x2d && code <= 0x3a) || code === 0x2b || code === 0x24 || code === 0x25;
}

/** The parts of a text that are long enough for a token, a line each: to search that for some two hundred prefixes costs far less. */
export function longRuns(text: string): string {
  let runs = "";
  for (let start = 0; start + LEAST_RUN <= text.length; ) {
    let at = start + LEAST_RUN - 1;
    while (at >= start && isOfToken(text.charCodeAt(at))) at--;
    if (at >= start) {
      // No run that long goes over what is none of a token.
      start = at + 1;
      continue;
    }
    let end = start + LEAST_RUN;
    while (end < text.length && isOfToken(text.charCodeAt(end))) end++;
    runs += runs === "" ? text.slice(start, end) : `\n${text.slice(start, end)}`;
    start = end + 1;
  }
  return runs;
}
