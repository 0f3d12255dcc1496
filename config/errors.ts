/**
 * Errors that are the user's to mend.
 */
import * as pulumi from "@pulumi/pulumi";

/** A fault in the configuration: says which key, what is wrong and what to do; Pulumi prints it without a stack. */
export class ConfigError extends pulumi.RunError {
  /** @param faults One line each, beginning with the key. */
  constructor(faults: readonly string[]) {
    super(
      faults.length === 1
        ? `invalid configuration: ${faults.join("")}`
        : `invalid configuration:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
    this.name = "ConfigError";
  }
}
