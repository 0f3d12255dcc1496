/**
 * Faults that the user can mend.
 */

/** Printed as one line, without a stack: says what is wrong and what to do. */
export class UserError extends Error {}
