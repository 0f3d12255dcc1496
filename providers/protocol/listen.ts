/**
 * How a plugin starts: it listens on a port of its own, prints that port and answers until its parent ends it.
 */
import * as grpc from "@grpc/grpc-js";

/** Pulumi's own limit for messages between engine and plugins, in bytes (sdk/go/common/util/rpcutil). */
const messageLimitBytes = 400 * 1024 * 1024;

/** How often a plugin looks whether its parent still lives, in milliseconds. */
const parentCheckMilliseconds = 2000;

/**
 * Serves one gRPC service to the process that started this one; resolves with the port.
 *
 * @throws Error when the loopback address cannot be listened on.
 */
export async function listen(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": messageLimitBytes,
    "grpc.max_send_message_length": messageLimitBytes,
  });
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  endWithParent();
  process.stdout.write(`${port}\n`);
  return port;
}

/** An engine that was killed cannot end its plugins; without this they would stay for ever. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, parentCheckMilliseconds).unref();
}
