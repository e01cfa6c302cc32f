import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { changeSetting, parseKey } from "./config.ts";
import { changeJson } from "./json.ts";
import { SETTING } from "./keys.ts";
import { changeText } from "./text.ts";

export default command({
  meta: { name: "unset", description: "Reset a setting to its default" },
  args: { setting: SETTING, json: options.json },
  example: "mm config unset gc",
  async run(ctx, { setting }) {
    const change = await changeSetting(ctx, parseKey(setting), undefined);
    return { data: changeJson(change), text: () => changeText(change) };
  },
});
