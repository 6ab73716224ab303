/** A problem that a person must fix before anything can start. The message names it. */
export class CannotStart extends Error {}
