import { after, type Rule } from "./rule.ts";
import { isKind, isPlaceholder, isRandom } from "./values.ts";

/** Secrets in addresses. */
export function addresses() {
  return {
    "slack-webhook": after(
      "hooks.slack.com",
      () => /(hooks\.slack\.com\/\w+\/)([\w+/-]{16,})/g,
      "https://hooks.slack.com/services/«T0123/B0123/{24}»",
      "https://api.slack.com/services/T0123/B0123",
    ),
    "discord-webhook": after(
      "/webhooks/",
      () => /(\/webhooks\/\d{1,24}\/)([\w-]{16,})/g,
      "https://discord.com/api/webhooks/123456789/«{68}»",
      "https://example.com/webhooks/list/{20}",
    ),
    "teams-webhook": after(
      "webhook.office.com",
      () => /(webhook\.office\.com\/webhookb2\/)([\w@/-]{16,})/g,
      "https://a.webhook.office.com/webhookb2/«{36}@{36}/IncomingWebhook/{32h}/{36}»",
      "https://a.webhook.office.com/webhookb2/about",
    ),
    webhook: after(
      "hooks.zapier.com make.com/ ifttt.com open.feishu.cn open.larksuite.com qyapi.weixin hc-ping.com",
      () =>
        /(hooks\.zapier\.com\/hooks\/catch\/\d+\/|hook\.[\w.]{1,20}make\.com\/|ifttt\.com\/trigger\/\w{1,80}(?:\/json)?\/with\/key\/|open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/v2\/hook\/|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=|hc-ping\.com\/)([\w-]{6,}(?:\/[\w-]{6,})?)/g,
      "https://hooks.zapier.com/hooks/catch/1234567/«abc123x»/",
      "https://hooks.zapier.com/hooks/standard/",
    ),
    "rpc-endpoint": after(
      "infura.io alchemy quiknode.pro ankr.com",
      () =>
        /((?:infura\.io\/(?:ws\/)?v3|alchemy(?:api\.io|\.com)\/(?:nft\/)?v\d|quiknode\.pro|ankr\.com\/\w{1,40})\/)([\w-]{16,})/g,
      "https://mainnet.infura.io/v3/«{32h}»",
      "https://mainnet.infura.io/v3/YOUR_KEY",
    ),
    "sentry-dsn": after(
      "sentry",
      () => /(:\/\/)([\da-f]{32})(?=(?::[^\s@]{1,80})?@[\w.-]*sentry)/g,
      "https://«{32h}»@o12.ingest.sentry.io/34",
      "https://sentry.io/{32h}",
    ),
    "url-password": {
      hints: [],
      occursIn: hasUserinfo,
      apply: redactUserinfo,
      sample: "redis://:«p»@h postgres://u:«p%40s@s»@h/a@b https://«{20}»@h",
      decoy: "http://host:8080/a@b ssh://git@h:22/x https://user:token@host ://u:$P@h",
    },
    "url-query": {
      hints: ["key=", "code=", "auth=", "sig=", "signature=", "credential="],
      apply: redactQuery,
      sample: "https://h/json?key=«{39}» https://h/c?sp=r&sig=«{43}%3D»",
      decoy: "https://h/?key=some-long-name-of-it&code=404",
    },
  } satisfies Record<string, Rule>;
}

/** Whether a text has an address with something before the @. */
export function hasUserinfo(text: string): boolean {
  let at = 0;
  for (let start = text.indexOf("://"); start >= 0; start = text.indexOf("://", start + 3)) {
    if (at < start) at = text.indexOf("@", start);
    if (at < 0) return false;
    const slash = text.indexOf("/", start + 3);
    if (slash < 0 || at < slash) return true;
  }
  return false;
}

/** A user's name stays; what stands alone before the @ goes if it looks drawn by lot. */
function redactUserinfo(text: string, mark: string): string {
  return text
    .replace(
      /(:\/\/[^\s/:@"'`<[]*:)((?!\d+[?#])[^\s/"'`<>\\]+)(?=@\S)/g,
      (match: string, kept: string, value: string) =>
        isPlaceholder(value) || isKind(value) ? match : kept + mark,
    )
    .replace(/:\/\/([\w.~%+-]{16,})(?=@\w)/g, (match: string, value: string) =>
      isRandom(value, 16) ? `://${mark}` : match,
    );
}

function redactQuery(text: string, mark: string): string {
  return text.replace(
    /((?:[?&;]|\\u0026|amp;|%26)(?:x-amz-|x-goog-)?(?:key|code|auth|sig|signature|credential)=)([^\s"'`<>&#;\\)\]}]+)/gi,
    (match: string, kept: string, value: string) => (isRandom(value, 16) ? kept + mark : match),
  );
}
