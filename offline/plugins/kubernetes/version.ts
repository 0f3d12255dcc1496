/** The version of the npm package @pulumi/kubernetes whose resources these are. */
export const version = "4.34.2";
