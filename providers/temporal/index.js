// Pulumi's loader for plugins compiles TypeScript with an old ts-node, whatever the options say; what is imported from JavaScript, Node
// loads itself.
import "./main.ts";
