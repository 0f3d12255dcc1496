/**
 * Where the user says that the value of a secret is.
 */
import { z } from "zod";

/** Name of an environment variable. */
export const variableName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "must be the name of an environment variable, such as LOG_LEVEL",
  );

/** A variable of the environment of whoever deploys, or a key of a Kubernetes Secret that is there already. */
export const secretSource = z.union(
  [
    z.strictObject({ env: variableName }),
    z.strictObject({ name: z.string().min(1), key: z.string().min(1) }),
  ],
  "must be {env: VARIABLE}, or {name, key} of a Kubernetes Secret",
);
