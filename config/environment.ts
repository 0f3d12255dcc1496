/**
 * The environment variables that the program knows; nothing else of it reads the environment.
 */
import { z } from "zod";

const port = z
  .string()
  .regex(/^\d{1,5}$/, "must be a port from 1 to 65535")
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, "must be a port from 1 to 65535")
  .optional();

/** Each variable with what it does. */
export const environmentSchema = z.object({
  TEMPORAL_PORT: port.describe(
    "Port of the web UI and of gRPC through the gateway, of the first Docker cluster; 7233",
  ),
  TEMPORAL_GRPC_PORT: port.describe(
    "Port of gRPC straight to the frontend, of the first Docker cluster; that port + 1",
  ),
  TEMPORAL_DB_PASSWORD: z
    .string()
    .min(1, "must not be empty")
    .regex(/^(\S|\S[^\r\n]*\S)$/, "must be one line that neither begins nor ends with a space")
    .optional()
    .describe("Password of the database; generated where the platform runs PostgreSQL itself"),
  TEMPORAL_LIFECYCLE: z
    .enum(["running", "stopped"])
    .default("running")
    .describe("stopped keeps data and secrets and nothing else (npm run down)"),
  DOCKER_TLS_VERIFY: z
    .string()
    .optional()
    .describe("Anything but empty: engines with a tcp:// address are reached by TLS"),
  DOCKER_CERT_PATH: z
    .string()
    .optional()
    .describe("Directory of the certificates for that; ~/.docker when left out"),
});

/** The variables after the schema. */
export type Environment = z.output<typeof environmentSchema>;
