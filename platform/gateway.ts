/**
 * The gateway's config: one port for people (web UI behind basic auth), programs (gRPC) and probes (/health), and the audit log.
 */
import type { Cluster } from "./cluster.ts";
import { uiName, uiPort } from "./web-ui.ts";

/** The port inside the cluster's network; the same that SDKs dial by default. */
export const gatewayPort = 7233;

/** Path of the config inside the container. */
export const gatewayConfigPath = "/etc/gateway/Caddyfile";

/** Directory of the audit log. */
export const auditLogDirectory = "/var/log/gateway";

/** Secret, and environment variable, with the bcrypt hash of the web UI's password. */
export const uiPasswordHash = "UI_PASSWORD_HASH";

/** Header by which the gateway knows a request that it has passed on itself. */
const gatewayHeader = "X-Temporal-Gateway";

/**
 * Renders a Caddyfile.
 *
 * Upstreams are looked up again every few seconds, because a replaced container has another address, and a request whose connection was
 * refused is tried again: it has not been sent, so that nothing can happen twice.
 *
 * When a node restarts, pods get new addresses, and for a moment the frontend's old one may be the gateway's own. A request that has been here
 * already is answered with 503, which gRPC's clients try again.
 *
 * The audit log keeps who, what and the result: the caller's address, its SDK (Client-Name, Client-Version) or its user of the web UI,
 * the namespace, the method, and gRPC's status. Bodies are never logged; headers that carry credentials, and error texts, are dropped.
 */
export function renderGatewayConfig(cluster: Cluster): string {
  const { grpc, http } = cluster.server.roles.frontend.ports;
  if (http === undefined) throw new Error("the frontend has no HTTP port");
  return `{
	admin off
	auto_https off
	persist_config off
	servers {
		protocols h1 h2 h2c
	}
	log default {
		output stderr
		format json
		level WARN
	}
}

(upstream) {
	dynamic a {
		name {args[0]}
		port {args[1]}
		refresh 2s
		dial_timeout 2s
	}
	header_up ${gatewayHeader} {args[0]}
	lb_policy round_robin
	lb_try_duration {args[2]}
	lb_try_interval 250ms
}

:${String(gatewayPort)} {
	log audit {
		output file ${auditLogDirectory}/audit.log {
			mode 0640
			roll_size 64MiB
			roll_keep 100
			roll_keep_for ${String(cluster.gateway.auditLogDays * 24)}h
		}
		format filter {
			wrap json
			fields {
				request>headers>Authorization delete
				request>headers>Authorization-Extras delete
				request>headers>Cookie delete
				request>headers>X-Csrf-Token delete
				resp_headers>Set-Cookie delete
				resp_headers>Trailer:Grpc-Message delete
				resp_headers>Grpc-Message delete
			}
		}
	}

	@looped header ${gatewayHeader} *
	handle @looped {
		respond 503
	}

	@grpc header Content-Type application/grpc*
	handle @grpc {
		reverse_proxy {
			import upstream frontend ${String(grpc)} 10s
			transport http {
				versions h2c
			}
		}
	}

	handle /health {
		log_skip
		rewrite * /api/v1/system-info
		reverse_proxy {
			import upstream frontend ${String(http)} 0s
			@serving status 200
			handle_response @serving {
				respond "SERVING" 200
			}
			handle_response {
				respond "NOT_SERVING" 503
			}
		}
	}

	handle {
		basic_auth {
			{$UI_USER} {$${uiPasswordHash}}
		}
		reverse_proxy {
			import upstream ${uiName} ${String(uiPort)} 10s
		}
	}

	handle_errors {
		respond "{err.status_code} {err.status_text}" {err.status_code}
	}
}
`;
}
