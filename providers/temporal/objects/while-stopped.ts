/**
 * Objects of a cluster that is stopped on purpose: what changes meanwhile is kept in the state, and done when the cluster runs again.
 */
import type { ResourceType } from "../../protocol/provider.ts";
import type { Properties } from "../../protocol/values.ts";
import { changes } from "../../protocol/diff.ts";

/** What an object's state says of a change that waits; left out where none does. */
const pendingKey = "pending";
type Pending = "create" | "update";

/** What there is to know of a type of object. */
export interface KeptObject {
  readonly type: ResourceType;
  /** The id that an object of these inputs has. */
  readonly idOf: (inputs: Properties) => string;
}

/**
 * The type, for clusters that may be stopped.
 *
 * @param stopped Whether the cluster is.
 */
export function whileStopped({ type, idOf }: KeptObject, stopped: () => boolean): ResourceType {
  const { onChange } = type;
  return {
    ...type,
    onChange: (known, inputs) => {
      const found =
        typeof onChange === "function"
          ? onChange(known, inputs)
          : {
              properties: changes(known.inputs, inputs).map(
                (change) => ({ ...change, by: onChange, seen: "inputs" }) as const,
              ),
              replacement: "create before delete" as const,
            };
      const due = !stopped() && pendingOf(known.outputs) !== undefined;
      return {
        ...found,
        properties: [
          ...found.properties,
          ...(due
            ? ([{ path: pendingKey, kind: "delete", by: "update", seen: "state" }] as const)
            : []),
        ],
      };
    },
    create: (inputs, call) =>
      stopped()
        ? Promise.resolve({ id: idOf(inputs), outputs: waiting(inputs, "create") })
        : type.create(inputs, call),
    update: async (state, inputs, call) => {
      const pending = pendingOf(state);
      if (stopped()) return waiting(inputs, pending ?? "update");
      if (pending === "create" || type.update === undefined) {
        return (await type.create(inputs, call)).outputs;
      }
      return type.update(state, inputs, call);
    },
    ...(type.read === undefined
      ? {}
      : {
          read: (id, known, call) =>
            stopped() || pendingOf(known.outputs) === "create"
              ? Promise.resolve({ id, ...known })
              : (type.read?.(id, known, call) ?? Promise.resolve(undefined)),
        }),
    delete: async (id, state, call) => {
      if (pendingOf(state) === "create") return;
      if (!stopped()) await type.delete?.(id, state, call);
      else if (state["onRemove"] === "delete") {
        throw new Error(`${id} cannot be deleted while the cluster is stopped: start it first`);
      }
    },
  };
}

function pendingOf(state: Properties): Pending | undefined {
  return state[pendingKey] as Pending | undefined;
}

function waiting(inputs: Properties, pending: Pending): Properties {
  return { ...inputs, [pendingKey]: pending };
}
