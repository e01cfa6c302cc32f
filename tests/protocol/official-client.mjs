// Run by itself: prints what the official client gets in one way of agreeing on a version.
const NAME = "@modelcontextprotocol/client";
const { Client } = await import(NAME);
const { StdioClientTransport } = await import(`${NAME}/stdio`);

const [program, mode] = process.argv.slice(2);
const versionNegotiation = { mode: mode.startsWith("20") ? { pin: mode } : mode };
const client = new Client({ name: "official", version: "1" }, { versionNegotiation });
await client.connect(
  new StdioClientTransport({ command: program, args: ["mcp"], env: { ...process.env } }),
);
const { tools } = await client.listTools();
const answer = await client.callTool({ name: "search_sessions", arguments: { project: "*" } });
const version = client.getNegotiatedProtocolVersion();
await client.close();
console.log(JSON.stringify({ version, tools: tools.length, text: answer.content[0].text }));
