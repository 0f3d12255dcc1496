/**
 * The script that lets the server write its record of the cluster before any role starts.
 */
import { configPath } from "./server-config.ts";
import { template } from "./template.ts";

/** Path of the script inside the container. */
export const clusterMetadataScriptPath = "/etc/temporal/cluster-metadata/cluster-metadata.sh";

/** An address that no machine has (RFC 5737), so that listening on it fails. */
const nobodysAddress = "192.0.2.1";

/**
 * Every server process writes the cluster's record to the database at its start when there is none, or when its version knows more search
 * attributes (temporal/temporal/fx.go, ApplyClusterMetadataConfigProvider). Of several that do so at the same instant all but one end with
 * an error. So one process does it alone: it does that first, and ends when it cannot listen, before it is a member of the ring.
 */
export const clusterMetadataScript = template("scripts/cluster-metadata.sh")({
  NOBODYS_ADDRESS: nobodysAddress,
  CONFIG_PATH: configPath,
});
