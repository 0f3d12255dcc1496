/**
 * Figures of the gateway, which HAProxy tells of itself (docs.haproxy.org, "Statistics and monitoring").
 */
import { type Figure, maxBy, rateBy, type Scope, sumBy } from "./figure.ts";

/** What comes by the port for users (platform/gateway/haproxy.cfg). */
const users = `proxy="gateway"`;

/** The backends that serve users. */
const served = `proxy=~"frontend|ui"`;

/** What users send through the gateway. */
export function gatewayRequestFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Requests",
      description: "Calls and requests of the web UI in a second, by gateway.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["instance"], "haproxy_frontend_http_requests_total", users),
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Answers",
      description:
        "Answers in a second by their class of HTTP's status. A gRPC call that fails has 200 all the same; a frontend that is not there has 503.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["code"], "haproxy_frontend_http_responses_total", users),
          legend: "{{code}}",
        },
      ],
    },
    {
      title: "Connections",
      description: "Connections that are open from outside. Workers keep a few each.",
      unit: "count",
      lines: [
        {
          expr: sumBy(scope, ["instance"], "haproxy_frontend_current_sessions", users),
          legend: "{{instance}}",
        },
      ],
    },
    {
      title: "Traffic",
      description: "Bytes in a second.",
      unit: "bytes",
      lines: [
        {
          expr: rateBy(scope, [], "haproxy_frontend_bytes_in_total", users),
          legend: "in",
        },
        {
          expr: rateBy(scope, [], "haproxy_frontend_bytes_out_total", users),
          legend: "out",
        },
      ],
    },
  ];
}

/** What is behind the gateway. */
export function gatewayBackendFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Servers that answer",
      description: "Frontends and web UIs that the gateway sends to.",
      unit: "count",
      lines: [
        {
          expr: maxBy(scope, ["proxy", "instance"], "haproxy_backend_active_servers", served),
          legend: "{{proxy}} {{instance}}",
        },
      ],
    },
    {
      title: "Time to the answer",
      description: "Average over the last 1024 requests. Long polls of workers count as well.",
      unit: "seconds",
      lines: [
        {
          expr: maxBy(scope, ["proxy"], "haproxy_backend_response_time_average_seconds", served),
          legend: "{{proxy}}",
        },
      ],
    },
    {
      title: "Errors",
      description: "Connections that were not taken, and answers that broke off, in a second.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["proxy"], "haproxy_backend_connection_errors_total", served),
          legend: "{{proxy}} not connected",
        },
        {
          expr: rateBy(scope, ["proxy"], "haproxy_backend_response_errors_total", served),
          legend: "{{proxy}} broken off",
        },
      ],
    },
  ];
}
