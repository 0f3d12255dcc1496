/**
 * The configuration reference, made from the schema: docs/config-reference.md.
 */
import { z } from "zod";
import { locationKeys } from "../platform/data-location.ts";
import { environmentSchema } from "./environment.ts";
import { clusterSchema } from "./schema.ts";

/** The part of JSON Schema that zod makes of our schemas. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly default: string;
  readonly meaning: string;
}

/** The reference as Markdown. */
export function configReference(): string {
  const cluster = z.toJSONSchema(clusterSchema, { io: "input", unrepresentable: "any" });
  const environment = z.toJSONSchema(environmentSchema, { io: "input", unrepresentable: "any" });
  return `# Configuration reference

Made from config/schema.ts by \`npm run docs\`. Unknown keys are refused.

## Keys of a stack

| key | what it is |
| --- | --- |
| \`temporal-platform:clusters\` | the list of clusters; the keys of each are below |
| \`temporal-platform:common\` | what every cluster inherits: the same keys but \`name\` and \`identity\`; objects merge key by key, everything else is replaced |
| \`temporal-platform:retired\` | names of clusters that were removed on purpose; their data is deleted |
| \`temporal-platform:moved\` | places that clusters were moved to on purpose, by cluster and key, such as \`dev: { target.host: ssh://other }\`; the keys are ${locationKeys.map((key) => `\`${key}\``).join(", ")}; see [move-cluster](runbooks/move-cluster.md) |

## Keys of a cluster

${table(rows(cluster as JsonSchema, "", false))}

## Environment variables

${table(rows(environment as JsonSchema, "", false))}
`;
}

function table(all: readonly Row[]): string {
  return [
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...all.map((row) => `| \`${row.key}\` | ${row.value} | ${row.default} | ${row.meaning} |`),
  ].join("\n");
}

function rows(schema: JsonSchema, key: string, required: boolean): readonly Row[] {
  const arms = schema.oneOf ?? [];
  if (arms.length > 0) {
    return [
      row(schema, key, required, "one of the following"),
      ...arms.flatMap((arm) => armRows(arm, key)),
    ];
  }
  if (schema.properties !== undefined) {
    const own = schema.description === undefined ? [] : [row(schema, key, required, "object")];
    return [...(key === "" ? [] : own), ...memberRows(schema, key)];
  }
  if (typeof schema.additionalProperties === "object") {
    const members = rows(schema.additionalProperties, `${key}.<name>`, false);
    return [row(schema, key, required, "object"), ...(members.length > 1 ? members : [])];
  }
  return [row(schema, key, required, kind(schema))];
}

function memberRows(schema: JsonSchema, key: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    rows(member, key === "" ? name : `${key}.${name}`, schema.required?.includes(name) ?? false),
  );
}

function armRows(arm: JsonSchema, key: string): readonly Row[] {
  const { kind: chosen, ...others } = arm.properties ?? {};
  const name = `${key} (${String(chosen?.const)})`;
  return [
    {
      key: `${key}.kind`,
      value: `\`${String(chosen?.const)}\``,
      default: "",
      meaning: chosen?.description ?? "",
    },
    ...memberRows({ ...arm, properties: others }, name),
  ];
}

function row(schema: JsonSchema, key: string, required: boolean, value: string): Row {
  const preset = schema.default;
  const scalar = ["string", "number", "boolean"].includes(typeof preset) && preset !== "";
  const shown = scalar ? `\`${JSON.stringify(preset).replaceAll('"', "")}\`` : "";
  return {
    key,
    value,
    default: required && shown === "" ? "required" : shown,
    meaning: schema.description ?? "",
  };
}

function kind(schema: JsonSchema): string {
  if (typeof schema.const === "string") return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(", ");
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(kind))].join(" or ");
  const { type = "any", minimum, maximum } = schema;
  const words: Readonly<Record<string, string>> = { integer: "whole number" };
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const range = minimum === undefined || !bounded ? "" : ` from ${minimum} to ${maximum}`;
  return `${words[type] ?? type}${range}`;
}
