/**
 * The gateway's config, as HAProxy 2.6 reads it (configuration.txt of its source). Decision 0017 says why HAProxy, and has what was measured.
 */
import type { Cluster } from "./cluster.ts";
import { powerOfTwo } from "./database.ts";
import {
  hostIn,
  listenerPorts,
  listenersOf,
  readyPath,
  uiAuthorization,
  uiHosts,
} from "./gateway.ts";
import { frontendMembers } from "./roles.ts";
import { gatewayDrainSeconds } from "./shutdown.ts";
import { uiName, uiPort } from "./web-ui.ts";
import { ownAddress } from "./workload.ts";

/** Path of the config inside the container. */
export const gatewayConfigPath = "/etc/gateway/haproxy.cfg";

/** Services whose calls pass; AdminService never does. */
const services = {
  always: [
    String.raw`temporal\.api\.workflowservice\.v1\.WorkflowService`,
    String.raw`grpc\.health\.v1\.Health`,
    String.raw`grpc\.reflection\.v1(alpha)?\.ServerReflection`,
  ],
  operator: String.raw`temporal\.api\.operatorservice\.v1\.OperatorService`,
} as const;

/**
 * Frontends that the gateway has room for: more than there may be, and in steps, so that another number of them replaces no gateway. Each place that
 * is free costs processor time all the same.
 */
function frontendSlots({ server }: Cluster): number {
  const { replicas, autoscaling } = server.roles.frontend;
  return Math.max(8, powerOfTwo(Math.max(replicas, autoscaling?.maxReplicas ?? 0) + 1));
}

/** Header by which the gateway knows a request that it has passed on itself. */
const passedOn = "x-temporal-gateway";

/**
 * Renders the config. One frontend takes everything, and says by content type whether a request is a program's or a person's: gRPC goes to all
 * frontends of Temporal, call by call; all else is the web UI, behind a password.
 */
export function renderGatewayConfig(cluster: Cluster): string {
  const { grpc, http } = cluster.server.roles.frontend.ports;
  if (http === undefined) throw new Error("the frontend has no HTTP port");
  const { operatorService, trustedProxies } = cluster.gateway;
  const served = [
    ...services.always,
    ...(operatorService === "served" ? [services.operator] : []),
  ].join("|");
  const slots = `1-${frontendSlots(cluster)}`;
  // The other family is asked for where this one has no answer.
  const found = "resolvers containers resolve-prefer ipv4 init-addr none";
  return `global
    # Notices of HAProxy itself; the audit log is all of standard output.
    log stderr format raw daemon notice
    # A thread carries thousands of calls in a second; one for each processor of a large node would only take memory.
    nbthread 2
    # Connections take two file descriptors each. Where the limit is lower, HAProxy takes what there is.
    fd-hard-limit 20000
    # After SIGUSR1 no connection is taken, clients are told to go (GOAWAY), and calls may go on for so long.
    hard-stop-after ${gatewayDrainSeconds(cluster)}s
    # The details of an error are one header (grpc-status-details-bin), which has to fit into a buffer of 16 KiB by default.
    tune.bufsize 131072
    # Open polls and other calls of one client connection.
    tune.h2.max-concurrent-streams 2000
    # With HTTP/2's default window of 64 KiB a large history would come at the pace of the round trip.
    tune.h2.initial-window-size 1048576

resolvers containers
    parse-resolv-conf
    accepted_payload_size 8192
    timeout resolve 1s
    timeout retry 500ms
    # How soon a new frontend is found, and one that is gone is forgotten.
    hold valid 1s
    hold obsolete 0s

defaults
    mode http
    timeout connect 2s
    # Longer than the server keeps a poll open, which is a minute.
    timeout client 100s
    timeout server 100s
    timeout http-request 10s
    timeout http-keep-alive 5m
    # What has not been sent is sent again, to another server; nothing can happen twice.
    retries 3
    retry-on conn-failure
    option redispatch 1
    # A poll whose client is gone ends at the frontend as well. It would be given a task otherwise.
    option abortonclose
    option http-ignore-probes
    option dontlognull

frontend gateway
${binds(cluster)}
    # Only lines of calls have this level: others are no JSON. HAProxy cuts longer lines, by default at 1024 bytes.
    log stdout len 8192 format raw local0 alert
    http-request set-log-level alert

    acl ready path ${readyPath}
    acl health path /health
    acl grpc req.hdr(content-type) -m reg ^application/grpc($|[+;])
    acl h2 req.ver -m beg 2
    # A browser sends one or both with whatever a page makes it send.
    acl browser req.hdr(origin) -m found
    acl browser req.hdr(sec-fetch-site) -m found
    acl served path -m reg ^/(${served})/[A-Za-z]+$
    # Those whose word on the client's address counts; nobody is by default.
    acl proxy always_false
${lines(trustedProxies, "acl proxy src")}    acl uiOnly so_name ui
    acl grpcOnly so_name grpc
${lines(uiHosts(cluster), "acl name req.hdr(host),host_only,lower -m str")}    acl name req.hdr(host),host_only -m reg ^([0-9]+\\.){3}[0-9]+$ ^\\[[0-9a-fA-F:.]+\\]$
    acl reads method GET HEAD OPTIONS
    acl foreign req.hdr(sec-fetch-site) -m str cross-site same-site
    acl origin req.hdr(origin) -m found
    acl own req.hdr(origin),field(3,/),strcmp(txn.host) eq 0
    acl known req.fhdr(authorization),sha2(256),hex,lower -m str "\${${uiAuthorization}}"

    # Probes, which are nobody's deed: of the gateway itself, and of the cluster.
    http-request set-log-level silent if ready || health
    http-request return status 503 content-type text/plain string STOPPING if ready { stopping }
    http-request return status 200 content-type text/plain string READY if ready
    # Of a gateway that was given the address of a frontend that is gone. Clients try again.
    http-request return status 503 if { req.hdr(${passedOn}) -m found }
    http-request set-var(txn.kind) str(page)
    http-request set-var(txn.kind) str(probe) if health
    http-request set-var(txn.kind) str(call) if grpc
    acl probe var(txn.kind) -m str probe
    acl call var(txn.kind) -m str call
    acl page var(txn.kind) -m str page

    # When, who and what, before anything is refused.
    http-request set-var(txn.now) date(0,ms)
    http-request set-var(txn.second) var(txn.now),div(1000),utime(%Y-%m-%dT%H:%M:%S)
    http-request set-var(txn.millisecond) var(txn.now),mod(1000),add(1000),regsub(^1,)
    http-request set-src req.hdr(x-forwarded-for,-1) if proxy
    http-request set-var(txn.method) method
    http-request set-var(txn.path) path,bytes(0,1024)
    http-request set-var(txn.sdk) req.hdr(client-name),bytes(0,128)
    http-request set-var(txn.sdkVersion) req.hdr(client-version),bytes(0,128)
    http-request set-var(txn.namespace) req.hdr(temporal-namespace),bytes(0,256)
    http-request set-var(txn.namespace) path,field(5,/),bytes(0,256) if page { path_beg /api/v1/namespaces/ }

    http-request set-var(txn.refused) bool(true) if call !h2 || call browser || call !served || call uiOnly
    http-request return status 200 hdr grpc-status 7 hdr grpc-message "The gateway does not serve this call." if { var(txn.refused) -m bool }

    http-request return status 404 content-type text/plain string "Only gRPC is served here." if page grpcOnly
    http-request return status 421 content-type text/plain string "The web UI does not answer to this host name: see clusters[].gateway.hosts." if page !name
    http-request set-var(txn.host) req.hdr(host) if page
    http-request return status 403 content-type text/plain string "A page of another site may not write here." if page !reads foreign || page !reads origin !own
    http-request auth realm Temporal if page !known
    http-request set-var(txn.user) http_auth_user if page
    # With it, the web UI would leave out its own check of where a write comes from.
    http-request del-header authorization if page
    http-request del-header authorization-extras if page
    http-request set-header ${passedOn} 1

    use_backend frontend if call
    use_backend health if probe
    default_backend ui

    # The parts of the page are nobody's deed.
    http-response set-log-level silent if { var(txn.path) -m beg /_app/ } { status 200 304 }
    http-after-response set-header content-type application/grpc if { var(txn.refused) -m bool }
    # HAProxy does not see trailers. The status of an error is a header, since no message comes before it, but for RESOURCE_EXHAUSTED: the server
    # sends that one's cause as a header first. A unary call with a message was well. What is left is unknown.
    http-after-response set-var(txn.status) res.hdr(grpc-status)
    http-after-response set-var(txn.status) int(8) if { res.hdr(x-resource-exhausted-cause) -m found } !{ var(txn.status) -m found }

    log-format '{"time":"%[var(txn.second)].%[var(txn.millisecond)]Z","client":"%ci","user":"%[var(txn.user),json(utf8s)]","sdk":"%[var(txn.sdk),json(utf8s)]","sdkVersion":"%[var(txn.sdkVersion),json(utf8s)]","namespace":"%[var(txn.namespace),json(utf8s)]","method":"%[var(txn.method),json(utf8s)]","path":"%[var(txn.path),json(utf8s)]","status":%ST,"grpcStatus":"%[var(txn.status)]","milliseconds":%Ta,"responseBytes":%B,"upstream":"%si","end":"%tsc"}'

backend frontend
    balance leastconn
    # Calls of a frontend that leaves go on until it ends them. One that is gone without a word, with its machine, is found by these probes.
    option srvtcpka
    srvtcpka-idle 5s
    srvtcpka-intvl 2s
    srvtcpka-cnt 3
    # A connection to a frontend is everybody's, and calls of one client go to all frontends.
    http-reuse always
    http-response wait-for-body time 95s at-least 1
    http-response set-var(txn.status) int(0) if { res.body_len gt 0 } { var(txn.path) -m beg /temporal. /grpc.health.v1.Health/Check } !{ res.hdr(grpc-status) -m found }
    server-template frontend ${slots} ${hostIn(cluster, frontendMembers)}:${grpc} proto h2 ${found} check inter 2s fastinter 500ms fall 2 rise 1 tcp-ut 10s

backend ui
    server-template ui 1 ${hostIn(cluster, uiName)}:${uiPort} ${found}

# Whether the cluster serves, in the words of a frontend.
backend health
    timeout server 5s
    http-request set-path /api/v1/system-info
    http-response return status 200 content-type text/plain string SERVING if { status 200 }
    http-response return status 503 content-type text/plain string NOT_SERVING
    http-error status 502 content-type text/plain string NOT_SERVING
    http-error status 503 content-type text/plain string NOT_SERVING
    http-error status 504 content-type text/plain string NOT_SERVING
    server-template frontend ${slots} ${hostIn(cluster, frontendMembers)}:${http} ${found}
`;
}

/**
 * Where it listens. In a pod: at the address that others know, of whichever family, and at the one that `kubectl port-forward` connects to; `::`
 * would not do for both families, since a kernel without IPv6 refuses it.
 */
function binds(cluster: Cluster): string {
  const addresses = cluster.target.kind === "docker" ? ["*"] : [`"\${${ownAddress}}"`, "127.0.0.1"];
  return listenersOf(cluster)
    .flatMap((name) =>
      addresses.map((address) => `    bind ${address}:${listenerPorts[name]} name ${name}`),
    )
    .join("\n");
}

/** A line for each value: HAProxy takes 64 words in one, and lines of one name stand for each other. */
function lines(values: readonly string[], beginning: string): string {
  return values.map((value) => `    ${beginning} ${value}\n`).join("");
}
