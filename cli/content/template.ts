/**
 * Templates: `{{name}}` in the texts of a workflow stands for a parameter.
 */
import { validate } from "../../config/validate.ts";
import { UserError } from "../../offline/user-error.ts";
import { type TemplateDefinition, type WorkflowDefinition, workflowSchema } from "./definition.ts";
import { isRecord, leaves } from "./leaves.ts";

const placeholder = /\{\{ *([A-Za-z]\w*) *\}\}/g;

/** What is wrong with a template, one line each; what parameters decide is only seen when they are filled in. */
export function templateFaults({ parameters, workflow }: TemplateDefinition): string[] {
  const faults: string[] = [];
  const used = new Set<string>();
  const undecided: string[] = [];
  for (const { path, value } of leaves(workflow, "workflow")) {
    if (typeof value !== "string") continue;
    if (value.replaceAll(placeholder, "").includes("{{")) {
      faults.push(`${path}: has a {{ that begins no placeholder such as {{name}}`);
    }
    const names = [...value.matchAll(placeholder)].map(([, name = ""]) => name);
    if (names.length > 0) undecided.push(path);
    for (const name of names) {
      used.add(name);
      if (!Object.hasOwn(parameters, name)) faults.push(`${path}: ${name} is not in parameters`);
    }
  }
  for (const name of Object.keys(parameters)) {
    if (!used.has(name)) faults.push(`parameters.${name}: is used nowhere in workflow`);
  }
  const decided: string[] = [];
  validate(workflowSchema, workflow, "workflow", decided);
  return [
    ...faults,
    ...decided.filter((fault) => !undecided.some((path) => fault.startsWith(`${path}: `))),
  ];
}

/**
 * The workflow that a template becomes. A text that is nothing but a placeholder becomes the value itself, a number for instance.
 *
 * @throws UserError when a parameter is missing or unknown, or the outcome is no workflow.
 */
export function fillTemplate(
  { parameters, workflow }: TemplateDefinition,
  given: Readonly<Record<string, unknown>>,
): WorkflowDefinition {
  const faults: string[] = [];
  const values = new Map<string, unknown>();
  for (const [name, { description, default: otherwise }] of Object.entries(parameters)) {
    const value = Object.hasOwn(given, name) ? given[name] : otherwise;
    if (value === undefined) {
      faults.push(`${name} is missing${description === undefined ? "" : ` (${description})`}`);
    }
    values.set(name, value);
  }
  const unknown = Object.keys(given).filter((name) => !values.has(name));
  if (unknown.length > 0) {
    faults.push(
      `there is no ${unknown.join(", ")}, only ${[...values.keys()].join(", ") || "a template without any"}`,
    );
  }
  if (faults.length > 0) throw new UserError(`parameters of the template: ${faults.join("; ")}`);
  const filled = validate(workflowSchema, filledIn(workflow, values), "workflow", faults);
  if (filled !== undefined) return filled;
  throw new UserError(`the template, filled in, is no workflow: ${faults.join("; ")}`);
}

function filledIn(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === "string") return filledText(value, values);
  if (Array.isArray(value)) return value.map((item) => filledIn(item, values));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, filledIn(item, values)]),
  );
}

function filledText(text: string, values: ReadonlyMap<string, unknown>): unknown {
  const [all, name = ""] = [...text.matchAll(placeholder)][0] ?? [];
  if (all === text) return values.get(name);
  return text.replaceAll(placeholder, (_, inside: string) => {
    const value = values.get(inside);
    if (["string", "number", "boolean"].includes(typeof value)) return String(value);
    throw new UserError(
      `parameters of the template: ${inside} stands within the text "${text}", and must be a text, a number, true or false`,
    );
  });
}
