/** Composes a greeting. */
export function compose(name: string): Promise<string> {
  return Promise.resolve(`Hello, ${name}!`);
}

/** Doubles a number. */
export function double(number: number): Promise<number> {
  return Promise.resolve(2 * number);
}
