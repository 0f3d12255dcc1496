/**
 * What a provider has to say; serve.ts says it in Pulumi's protocol.
 */
import type { Properties } from "./values.ts";

/** A property that is wrong, found before anything is done. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** The circumstances of a call. */
export interface Call {
  /** Logical name of the resource. */
  readonly name: string;
  /** Nothing may be changed, and values may be unknown. */
  readonly preview: boolean;
  /** Fires when the user interrupts the deployment. */
  readonly signal: AbortSignal;
}

/** What a resource is after it was made or read. */
export interface State {
  readonly id: string;
  readonly outputs: Properties;
}

/** One type of resource. Its state is its inputs and outputs together. */
export interface ResourceType {
  /** Fills in defaults and finds faults; `olds` are the inputs of the last deployment, or empty. */
  check?(
    news: Properties,
    olds: Properties,
    call: Call,
  ): { readonly inputs: Properties; readonly failures: readonly CheckFailure[] };

  /** How a changed input reaches the resource. */
  readonly onChange: "update" | "replace";

  /**
   * Makes it. In a preview: what is known of its outputs.
   *
   * @throws InitializationError when it was made but is not as it should be: its state is kept, and the deployment fails. With any other
   * error nothing is kept.
   */
  create(inputs: Properties, call: Call): Promise<State>;

  /** Brings it up to date; needed when {@link onChange} is `update`. */
  update?(state: Properties, inputs: Properties, call: Call): Promise<Properties>;

  /** Ends it; nothing to do when left out. */
  delete?(id: string, state: Properties, call: Call): Promise<void>;
}

/** A provider: its version, its types by token and its functions. */
export interface Provider {
  readonly version: string;
  readonly types: Readonly<Record<string, ResourceType>>;
  /** What programs may ask without a resource, by token. */
  readonly functions?: Readonly<Record<string, (inputs: Properties) => Promise<Properties>>>;
}
