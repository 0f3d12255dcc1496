/**
 * An object of Temporal in the hands of its resource type, as Pulumi's engine goes about it.
 */
import type { CheckFailure, Difference, ResourceType } from "../providers/protocol/provider.ts";
import type { Properties } from "../providers/protocol/values.ts";
import { callOf } from "./call.ts";

/** What a deployment did. */
export type Step = "create" | "update" | "replace" | "same";

/** A resource with its state. */
export class HeldObject {
  readonly #type: ResourceType;
  #known:
    { readonly id: string; readonly inputs: Properties; readonly outputs: Properties } | undefined;

  constructor(type: ResourceType) {
    this.#type = type;
  }

  /** The state that is known; undefined for none. */
  get inputs(): Properties | undefined {
    return this.#known?.inputs;
  }

  /**
   * Brings it to what a program says.
   *
   * @throws Error with what the check refuses, or what the operation says.
   */
  async up(inputs: Properties, { preview = false } = {}): Promise<Step> {
    const call = callOf({ preview });
    const failures = await this.failures(inputs);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    if (this.#known === undefined) {
      const { id, outputs } = await this.#type.create(inputs, call);
      if (!preview) this.#known = { id, inputs, outputs };
      return "create";
    }
    const found = this.differences(inputs);
    if (found.length === 0) return "same";
    if (found.some(({ by }) => by === "replace")) {
      if (preview) return "replace";
      const { id, outputs } = await this.#type.create(inputs, call);
      await this.#type.delete?.(this.#known.id, this.#known.outputs, call);
      this.#known = { id, inputs, outputs };
      return "replace";
    }
    const outputs = (await this.#type.update?.(this.#known.outputs, inputs, call)) ?? inputs;
    if (!preview) this.#known = { ...this.#known, inputs, outputs };
    return "update";
  }

  /** What the check refuses. */
  async failures(inputs: Properties): Promise<readonly CheckFailure[]> {
    const checked = await this.#type.check?.(inputs, this.#known?.inputs ?? {}, callOf());
    return checked?.failures ?? [];
  }

  /** What differs from the state. */
  differences(inputs: Properties): readonly Difference[] {
    const { onChange } = this.#type;
    if (typeof onChange !== "function" || this.#known === undefined) return [];
    return onChange(this.#known, inputs).properties;
  }

  /** Looks at what became of it, as `pulumi refresh`; false when it is gone. */
  async refresh(): Promise<boolean> {
    const known = this.#known;
    if (known === undefined) return false;
    const found = await this.#type.read?.(known.id, known, callOf());
    this.#known = found;
    return found !== undefined;
  }

  /** Takes over what is there, as `pulumi import`; false when there is none. */
  async import(id: string): Promise<boolean> {
    const found = await this.#type.read?.(id, { inputs: {}, outputs: {} }, callOf());
    this.#known = found;
    return found !== undefined;
  }

  /** The program no longer names it. */
  async remove(): Promise<void> {
    const known = this.#known;
    if (known === undefined) return;
    await this.#type.delete?.(known.id, known.outputs, callOf());
    this.#known = undefined;
  }
}
