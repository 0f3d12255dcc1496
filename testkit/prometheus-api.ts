/**
 * What a Prometheus says of itself and of what it watches, by its API (prometheus.io, "HTTP API").
 */
import { z } from "zod";

/** What is scraped. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  /** `up`, `down`, or `unknown` before the first scrape. */
  readonly health: string;
  /** Why it is down; empty otherwise. */
  readonly lastError: string;
}

/** Rules that are loaded. */
export interface LoadedGroup {
  readonly name: string;
  readonly rules: readonly {
    readonly name: string;
    /** `ok`, `err`, or `unknown` before the first evaluation. */
    readonly health: string;
    readonly lastError?: string | undefined;
  }[];
}

const labels = z.record(z.string(), z.string());
const targets = z.object({
  activeTargets: z.array(z.object({ labels, health: z.string(), lastError: z.string() })),
});
const rule = z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() });
const rules = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) });
const series = z.object({ result: z.array(z.object({ metric: labels })) });

/** A Prometheus without a login. */
export class PrometheusApi {
  readonly #url: string;

  /** @param url Such as `http://127.0.0.1:9090`. */
  constructor(url: string) {
    this.#url = url;
  }

  /** What it scrapes now. */
  async targets(): Promise<readonly Target[]> {
    return (await this.#ask("targets", targets)).activeTargets;
  }

  /** The groups of rules that it evaluates. */
  async groups(): Promise<readonly LoadedGroup[]> {
    return (await this.#ask("rules", rules)).groups;
  }

  /** The labels of the series that an expression has now. */
  async now(query: string): Promise<readonly Readonly<Record<string, string>>[]> {
    return (await this.#ask("query", series, { query })).result.map(({ metric }) => metric);
  }

  async #ask<S extends z.ZodType>(
    path: string,
    data: S,
    query: Readonly<Record<string, string>> = {},
  ): Promise<z.output<S>> {
    const words = new URLSearchParams(query).toString();
    const answer = await fetch(`${this.#url}/api/v1/${path}?${words}`);
    return data.parse(z.object({ data: z.unknown() }).parse(await answer.json()).data);
  }
}
