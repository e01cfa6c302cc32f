import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { parseKey, readSetting } from "./config.ts";
import { settingJson } from "./json.ts";
import { SETTING } from "./keys.ts";
import { settingText } from "./text.ts";

export default command({
  meta: { name: "get", description: "Print the value of a setting" },
  args: { setting: SETTING, json: options.json },
  example: "mm config get capture",
  async run(ctx, { setting }) {
    const found = await readSetting(ctx, parseKey(setting));
    return { data: settingJson(found), text: () => settingText(found) };
  },
});
