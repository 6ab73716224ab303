/** Something that a person has to put right before anything can start. The message says what. */
export class CannotStart extends Error {}
