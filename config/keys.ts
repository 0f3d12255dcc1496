/**
 * The keys of the settings, by which everything that does not fit is named.
 */
import { keyText } from "./validate.ts";

/** Name of the Pulumi project, with which every key of its config begins. */
export const project = "temporal-platform";

/** The list of clusters. */
export const clustersKey = `${project}:clusters` as const;

/** Names of clusters that were removed on purpose. */
export const retiredKey = `${project}:retired` as const;

/** Clusters whose data is elsewhere on purpose. */
export const movedKey = `${project}:moved` as const;

/** Takes a fault: the path of a key in the settings, and what is wrong there. */
export type Refuse = (path: (string | number)[], message: string) => void;

/** A key of the settings, at which something may not fit. */
export class Key {
  readonly #refuse: Refuse;
  readonly #path: readonly (string | number)[];

  constructor(refuse: Refuse, ...path: readonly (string | number)[]) {
    this.#refuse = refuse;
    this.#path = path;
  }

  /** A key below this one. */
  at(...parts: readonly (string | number)[]): Key {
    return new Key(this.#refuse, ...this.#path, ...parts);
  }

  /** As users know it, such as `temporal-platform:clusters[0].name`. */
  get text(): string {
    return keyText("", this.#path);
  }

  /** Says what is wrong at this key, and what to do. */
  refuse(message: string): void {
    this.#refuse([...this.#path], message);
  }
}
