/**
 * What a provider has to say; serve.ts says it in Pulumi's protocol.
 */
import type { Change } from "./diff.ts";
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
  /** What random choices are to come from, so that a preview and its deployment choose alike; empty where the engine has none. */
  readonly seed: Uint8Array;
  /** How long the user lets the call take, in seconds; 0 when nothing was said. */
  readonly timeoutSeconds: number;
  /** Paths of inputs that the program leaves as they are (`ignoreChanges`); the engine has put the values of the last deployment there. */
  readonly ignored: readonly string[];
}

/** Inputs with defaults, and what is wrong with them. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/** What the engine knows of a resource of the last deployment. */
export interface Known {
  readonly inputs: Properties;
  /** Its state, refreshed or not. */
  readonly outputs: Properties;
}

/** One property that differs from the last deployment. */
export interface Difference extends Change {
  /** Whether it reaches the resource in place, or only another resource has it. */
  readonly by: "update" | "replace";
  /** Where it was seen: in the program's inputs, or in what became of the resource. */
  readonly seen: "inputs" | "state";
}

/** What differs, and in which order a replacement goes when one is needed. */
export interface Differences {
  readonly properties: readonly Difference[];
  readonly replacement: "create before delete" | "delete before create";
}

/** What a resource is after it was made or read. */
export interface State {
  readonly id: string;
  readonly outputs: Properties;
}

/** One type of resource. Its state is its inputs and outputs together. */
export interface ResourceType {
  /** Fills in defaults and finds faults; `olds` are the inputs of the last deployment, or empty. */
  check?(news: Properties, olds: Properties, call: Call): Checked | Promise<Checked>;

  /** How a changed input reaches the resource, or what tells the differences. */
  readonly onChange: "update" | "replace" | ((known: Known, inputs: Properties) => Differences);

  /**
   * What is to be done although {@link onChange} finds no difference, as far as others know who must be asked; asked in previews as well. Nothing is
   * when left out.
   */
  due?(known: Known, inputs: Properties): Promise<readonly Difference[]>;

  /**
   * Makes it. In a preview: what is known of its outputs.
   *
   * @throws InitializationError when it was made but is not as it should be: its state is kept, and the deployment fails. With any other
   * error nothing is kept.
   */
  create(inputs: Properties, call: Call): Promise<State>;

  /** Looks at what became of it; undefined when it is gone. Left out when nobody else can change it. */
  read?(
    id: string,
    known: Known,
    call: Call,
  ): Promise<(Known & { readonly id: string }) | undefined>;

  /** Brings it up to date; needed unless {@link onChange} is `replace`. In a preview: what is known of its outputs. */
  update?(state: Properties, inputs: Properties, call: Call): Promise<Properties>;

  /** Ends it; nothing to do when left out. */
  delete?(id: string, state: Properties, call: Call): Promise<void>;
}

/** A type, or what loads it when the first of its resources comes: the engine waits for a plugin's start, and not for types that nobody uses. */
export type TypeSource = ResourceType | (() => Promise<ResourceType>);

/** A provider: its version, its types by token and its functions. */
export interface Provider {
  readonly version: string;
  /** Takes the arguments of the provider resource; nothing to do when left out. */
  configure?(settings: Properties): Promise<void> | void;
  readonly types: Readonly<Record<string, TypeSource>>;
  /** The type of every token that is not in {@link types}, for a provider whose types nobody can list. */
  otherType?(token: string): ResourceType;
  /** What programs may ask without a resource, by token. */
  readonly functions?: Readonly<Record<string, (inputs: Properties) => Promise<Properties>>>;
}
