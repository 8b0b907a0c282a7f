/** Ends a command with a message that is printed as it is, where other errors get an empty line after theirs (spec §1.4). */
export class FatalError extends Error {}
