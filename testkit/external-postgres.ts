/**
 * A PostgreSQL that somebody else runs: a container on the host's bridge, reached by the host's address as a database beside the cluster is.
 */
import type Docker from "dockerode";
import { imageCatalogue } from "../platform/images.ts";
import { stackLabel } from "../platform/labels.ts";
import { defaultServerVersion } from "../platform/versions.ts";
import { execIn } from "./exec.ts";
import { removeLeftOvers, testStackName } from "./leftovers.ts";
import { freePort } from "./stack.ts";
import { until } from "./test-namespace.ts";

/** See {@link startExternalPostgres}. */
export interface ExternalPostgres {
  /** Address as containers and the host see it. */
  readonly host: string;
  readonly port: number;
  /** Certificate of the authority that has signed the server's, in PEM; known to nobody else. */
  readonly authority: string;
  /** Runs statements as the superuser, and gives what `psql` prints of the rows. */
  sql(statements: string, database?: string): Promise<string>;
  /** Removes it with its data. */
  dispose(): Promise<void>;
}

/** The host's address on the engine's bridge, which can be reached from every network. */
export async function hostAddress(docker: Docker): Promise<string> {
  const bridge = (await docker.getNetwork("bridge").inspect()) as {
    IPAM: { Config: { Subnet: string }[] };
  };
  return bridge.IPAM.Config[0]?.Subnet.replace(/\.0\/\d+$/, ".1") ?? "";
}

/**
 * Starts it, and waits until it takes connections.
 *
 * @param role Name and password of a role that may make databases and nothing else.
 */
export async function startExternalPostgres(
  docker: Docker,
  role: { readonly user: string; readonly password: string },
): Promise<ExternalPostgres> {
  const label = testStackName();
  const host = await hostAddress(docker);
  const port = await freePort();
  const container = await docker.createContainer({
    name: label,
    Image: imageCatalogue(defaultServerVersion).postgres.reference,
    Labels: { [stackLabel]: label },
    User: "999:999",
    Entrypoint: ["/bin/sh", "-c"],
    Cmd: [
      [
        "set -e; cd /tmp; umask 077",
        "initdb -D /tmp/data -U postgres --auth-local=trust --auth-host=scram-sha-256 >/dev/null",
        "echo 'host all all all scram-sha-256' >> /tmp/data/pg_hba.conf",
        "key='ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'",
        "openssl req -x509 -newkey $key -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
        'openssl req -newkey $key -subj /CN=db -addext "subjectAltName=IP:$HOST" -keyout server.key -out server.csr',
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out server.pem",
        "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=200 -c ssl=on -c ssl_cert_file=/tmp/server.pem -c ssl_key_file=/tmp/server.key",
      ].join("; "),
    ],
    Env: [`HOST=${host}`],
    HostConfig: { PortBindings: { "5432/tcp": [{ HostIp: host, HostPort: String(port) }] } },
    ExposedPorts: { "5432/tcp": {} },
  });
  await container.start();

  const psql = (statements: string, database: string): ReturnType<typeof execIn> =>
    execIn(container, [
      ...["psql", "-P", "pager=off", "-h", "/tmp", "-U", "postgres", "-d", database],
      ...["-v", "ON_ERROR_STOP=1", "-qAtc", statements],
    ]);
  const sql = async (statements: string, database = "postgres"): Promise<string> => {
    const { exitCode, output } = await psql(statements, database);
    if (exitCode !== 0) throw new Error(output);
    return output.trimEnd();
  };
  await until("the external PostgreSQL takes connections", async () => {
    return (await psql("SELECT 1", "postgres")).exitCode === 0;
  });
  await sql(
    `CREATE ROLE "${role.user}" LOGIN CREATEDB PASSWORD '${role.password.replaceAll("'", "''")}'`,
  );

  const { output } = await execIn(container, ["cat", "/tmp/ca.pem"]);
  const authority = output.replaceAll("\r", "");
  return { host, port, authority, sql, dispose: () => removeLeftOvers(docker, label) };
}
