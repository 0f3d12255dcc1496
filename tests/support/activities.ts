/** Composes a greeting. */
export function compose(name: string): Promise<string> {
  return Promise.resolve(`Hello, ${name}!`);
}
