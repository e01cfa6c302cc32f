/** The plugin's own text: it runs inside OpenCode, never here. */
declare const text: string;
export default text;
