/** The version of the npm package @pulumi/random whose resources these are. */
export const version = "4.21.2";
