import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { changeSetting, parseKey, parseValue } from "./config.ts";
import { changeJson } from "./json.ts";
import { CONFIG_KEY_NAMES, CONFIG_KEYS, SETTING } from "./keys.ts";
import { changeText } from "./text.ts";

export default command({
  meta: { name: "set", description: "Change a setting" },
  args: {
    setting: SETTING,
    value: {
      type: "positional",
      completes: [...new Set(CONFIG_KEY_NAMES.flatMap((key) => CONFIG_KEYS[key].offers))],
      description: "The new value",
    },
    json: options.json,
  },
  example: "mm config set gc 90d",
  details: [
    ...CONFIG_KEY_NAMES.map((key) => {
      const { description, form } = CONFIG_KEYS[key];
      return `${key}: ${form}. ${description}.`;
    }),
    "The settings are in mm.json in the home of mm. Comments, other keys and the layout of the file stay as they are.",
  ],
  async run(ctx, { setting, value }) {
    const key = parseKey(setting);
    const change = await changeSetting(ctx, key, parseValue(key, value));
    return { data: changeJson(change), text: () => changeText(change) };
  },
});
