/**
 * The base of every component of this program.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../targets/target.ts";

/** Gives a component its token `temporal:<module>:<Name>` and its children their parent, so that an orphan cannot be made. */
export abstract class Component extends pulumi.ComponentResource {
  /**
   * @param token Module and name, such as `server:Roles`.
   * @param name Name of the resource, unique in the stack.
   */
  protected constructor(
    token: `${string}:${string}`,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(`temporal:${token}`, name, {}, opts);
  }

  /** Where a child of this component goes. */
  protected place(more: Omit<Placement, "parent"> = {}): Placement {
    return { parent: this, ...more };
  }
}
