/**
 * Goldens: what the program makes of a stack, as text that a reviewer can read in a diff.
 */
import type { Recording } from "./harness.ts";

/**
 * All resources of a run, sorted by their place in the tree, one property a line; secrets by name only.
 *
 * Refresh the files with `npx vitest run --update`.
 */
export function golden(program: Recording): string {
  const resources = program.resources.map(
    ({ type, urn, inputs, secretPaths, dependsOn, deletedWith, options }) => ({
      resource: urn.split("::").slice(2).join("::").replace("pulumi:pulumi:Stack$", ""),
      type,
      ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn].sort() }),
      ...(deletedWith === undefined ? {} : { deletedWith }),
      ...(options.protect === undefined ? {} : { protect: options.protect }),
      inputs: redact(inputs, "", new Set(secretPaths)),
    }),
  );
  return `${JSON.stringify({ resources, outputs: redact(program.outputs, "", new Set(["uiPasswords"])) }, null, 2)}\n`;
}

function redact(value: unknown, path: string, secrets: ReadonlySet<string>): unknown {
  if (secrets.has(path)) return "[secret]";
  if (Array.isArray(value)) {
    return value.map((member, index) => redact(member, `${path}[${String(index)}]`, secrets));
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
