/**
 * Content as people and programs see it in a list.
 */
import { cell, columns } from "../output.ts";
import type { Content } from "./definition.ts";
import type { StoredFile } from "./store.ts";

/** Content in a list; the shape of `--format json`. What it defines has the keys of its definition. */
export type Entry = {
  readonly name: string;
  /** When its file changed in this checkout, as ISO 8601. */
  readonly changedAt: string;
} & (
  | {
      readonly type: "workflow" | "template";
      readonly workflowType: string;
      readonly taskQueue: string;
    }
  | { readonly type: "namespace"; readonly namespace: string }
  | { readonly type: "schedule"; readonly scheduleId: string }
);

/** The entry of a file. */
export function entryOf({ name, changedAt: time }: StoredFile, content: Content): Entry {
  const { type } = content;
  const changedAt = time.toISOString();
  switch (type) {
    case "workflow": {
      const { workflowType, taskQueue } = content;
      return { name, type, workflowType, taskQueue, changedAt };
    }
    case "template": {
      const { workflowType, taskQueue } = content.workflow;
      return { name, type, workflowType, taskQueue, changedAt };
    }
    case "namespace":
      return { name, type, namespace: content.name, changedAt };
    case "schedule":
      return { name, type, scheduleId: content.scheduleId, changedAt };
  }
}

/** Entries as a table. */
export function entriesText(entries: readonly Entry[]): string {
  if (entries.length === 0) return "There is no content.";
  const rows = entries.map((entry) => [
    ...[entry.name, entry.type, cell(whatOf(entry)), entry.changedAt],
  ]);
  return columns([["name", "type", "what", "changed at"], ...rows]).join("\n");
}

function whatOf(entry: Entry): string {
  switch (entry.type) {
    case "workflow":
    case "template":
      return `${entry.workflowType} on ${entry.taskQueue}`;
    case "namespace":
      return entry.namespace;
    case "schedule":
      return entry.scheduleId;
  }
}
