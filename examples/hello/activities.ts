/**
 * Activities: the part of a workflow that touches the world, and is tried again when it fails.
 */

/** Makes a greeting. */
export function greet(name: string): Promise<string> {
  return Promise.resolve(`Hello, ${name}!`);
}
