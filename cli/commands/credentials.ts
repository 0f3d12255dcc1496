/**
 * `resource-temporal credentials`.
 */
import { UserError } from "../../offline/user-error.ts";
import { findPlace } from "../place.ts";
import { stackOutputs } from "../pulumi/run.ts";
import { type Outputs, outputsOf } from "../outputs.ts";

/** How credentials are shown. */
export const credentialFormats = ["text", "json", "env"] as const;

/** What `credentials` is asked. */
export interface CredentialsOptions {
  readonly format: (typeof credentialFormats)[number];
  /** Passwords in clear; they are masked by default. */
  readonly showSecrets?: boolean;
  /** One cluster; all by default. */
  readonly cluster?: string;
}

/** What stands for a password. */
const mask = "********";

/**
 * Prints addresses, users and passwords of a stack's clusters. Gives the exit code.
 *
 * @throws UserError when the stack has not been brought up, or has no such cluster.
 */
export async function credentials(stack: string, options: CredentialsOptions): Promise<number> {
  const outputs = outputsOf(await stackOutputs(await findPlace(stack)));
  const names = Object.keys(outputs.clusters);
  if (names.length === 0) throw new UserError(`stack ${stack} is not up: run \`npm run up\` first`);
  const { cluster } = options;
  if (cluster !== undefined && !names.includes(cluster)) {
    throw new UserError(`stack ${stack} has no cluster ${cluster}; there are: ${names.join(", ")}`);
  }
  console.log(credentialsText(outputs, options));
  return 0;
}

/** The credentials of the wanted clusters as text. */
export function credentialsText(
  { clusters, uiPasswords }: Outputs,
  { format, showSecrets = false, cluster }: CredentialsOptions,
): string {
  const all = Object.entries(clusters)
    .filter(([name]) => cluster === undefined || name === cluster)
    .map(([name, { uiUrl, uiUser, gatewayAddress }]) => {
      const password = showSecrets ? (uiPasswords[name] ?? "") : mask;
      return { cluster: name, uiUrl, user: uiUser, password, address: gatewayAddress };
    });
  switch (format) {
    case "json":
      return JSON.stringify(all, null, 2);
    case "env":
      return all.map((one) => environmentOf(one, all.length > 1)).join("\n");
    case "text":
      return all
        .map(
          (one) =>
            `${one.cluster}  ${one.uiUrl}  user: ${one.user}  password: ${one.password}  gRPC: ${one.address}`,
        )
        .join("\n");
  }
}

interface ClusterCredentials {
  readonly cluster: string;
  readonly uiUrl: string;
  readonly user: string;
  readonly password: string;
  readonly address: string;
}

/** Assignments for a shell; of several clusters each with the cluster's name. */
function environmentOf(
  { cluster, uiUrl, user, password, address }: ClusterCredentials,
  several: boolean,
): string {
  const prefix = several ? `${cluster.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_` : "";
  const values = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_UI_URL: uiUrl,
    TEMPORAL_UI_USER: user,
    TEMPORAL_UI_PASSWORD: password,
  };
  return Object.entries(values)
    .map(([key, value]) => `${prefix}${key}='${value.replaceAll("'", `'\\''`)}'`)
    .join("\n");
}
