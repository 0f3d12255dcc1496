/**
 * What `content execute` is to do, before anything is sent.
 */
import { z } from "zod";
import { validate } from "../../config/validate.ts";
import { UserError } from "../../offline/user-error.ts";
import {
  type Content,
  type NamespaceDefinition,
  type ScheduleDefinition,
  waitOption,
  type WorkflowDefinition,
} from "./definition.ts";
import { numberFaults } from "./leaves.ts";
import { fillTemplate } from "./template.ts";
import { id, json, strict } from "./values.ts";

/** What is to be done. */
export type Plan =
  | {
      readonly kind: "workflow";
      readonly workflow: WorkflowDefinition;
      /** Until it has ended. */
      readonly wait: boolean;
    }
  | { readonly kind: "namespace"; readonly definition: NamespaceDefinition }
  | { readonly kind: "schedule"; readonly definition: ScheduleDefinition };

const wait = z.boolean().exactOptional();
const namespace = id.exactOptional();
const workflowOptions = strict({
  ...{ input: z.array(json).exactOptional(), workflowId: id.exactOptional() },
  ...{ namespace, [waitOption]: wait },
});
const scheduleOptions = strict({ namespace });
const namespaceOptions = strict({});
const templateOptions = z.looseObject({ [waitOption]: wait });

/**
 * Merges the options of `execute` over a definition.
 *
 * @throws UserError when an option does not fit.
 */
export function planOf(content: Content, options: unknown): Plan {
  switch (content.type) {
    case "workflow": {
      const { wait: waits = false, ...over } = judged(workflowOptions, options);
      return { kind: "workflow", workflow: { ...content, ...over }, wait: waits };
    }
    case "template": {
      const { [waitOption]: waits = false, ...values } = judged(templateOptions, options);
      return { kind: "workflow", workflow: fillTemplate(content, values), wait: waits };
    }
    case "schedule":
      return {
        kind: "schedule",
        definition: { ...content, ...judged(scheduleOptions, options) },
      };
    case "namespace":
      judged(namespaceOptions, options);
      return { kind: "namespace", definition: content };
  }
}

function judged<S extends z.ZodType>(schema: S, options: unknown): z.output<S> {
  const faults = numberFaults(options, "--options");
  const value = validate(schema, options, "--options", faults);
  if (value === undefined || faults.length > 0) throw new UserError(faults.join("; "));
  return value;
}
