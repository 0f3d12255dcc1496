/**
 * Goldens: what the program makes of a stack, as text that a reviewer can read in a diff.
 */
import { defined } from "../platform/defined.ts";
import type { Recording } from "./harness.ts";

/**
 * All resources of a run, each as a file of its own by name, one property a line; secrets by name only. The outputs are a file as well.
 *
 * Refresh the files with `npx vitest run --update`; the test names those that are left over.
 */
export function goldens(program: Recording): ReadonlyMap<string, string> {
  const files = program.resources.map((resource) => {
    const { type, urn, inputs, secretPaths, dependsOn, deletedWith, options } = resource;
    const content = {
      resource: urn.split("::").slice(2).join("::").replace("pulumi:pulumi:Stack$", ""),
      type,
      ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn].sort() }),
      ...defined({ deletedWith, protect: options.protect }),
      inputs: redact(inputs, "", new Set(secretPaths)),
    };
    const name = resource.name.replaceAll("/", "_");
    return [`${name}.${type.split(":").pop() ?? ""}.json`, text(content)] as const;
  });
  const outputs = redact(program.outputs, "", new Set(["uiPasswords"]));
  const all = new Map([...files, ["outputs.json", text(outputs)] as const]);
  if (all.size !== files.length + 1) throw new Error("two resources have one name and type");
  return all;
}

function text(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function redact(value: unknown, path: string, secrets: ReadonlySet<string>): unknown {
  if (secrets.has(path)) return "[secret]";
  if (Array.isArray(value)) {
    return value.map((member, index) => redact(member, `${path}[${index}]`, secrets));
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      members.map(([key, member]) => [
        key,
        redact(member, path === "" ? key : `${path}.${key}`, secrets),
      ]),
    );
  }
  // Files a line at a time, so that a diff shows the line that changed.
  return typeof value === "string" && value.includes("\n") ? value.split("\n") : value;
}
